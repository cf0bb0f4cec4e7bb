# Every field of every form: at its limits, beyond them, and with every text that is known to break programs. Refused ones come back as
# typed with the reason beside the field; taken ones are there exactly, in one normal form; no answer is a 5xx, or late.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;
use Time::HiRes 'time';
use Vestibule;
use Vestibule::Browser;
use Vestibule::Forms;
use Vestibule::Nasty;

my ($person, $visitor) = map { person(name => "Fields $_") } 1, 2;
my $browser = Vestibule::Browser->new->sign_in($person);
my ($tried, $refused, $taken, $slowest, $turn, $fields) = (0, 0, 0, 0, 0, 0);
my $whole = $server eq 'nginx' && $base eq '';

sub poster ($route)
{
	return $browser if !is_public($route);
	return visitor($route, $visitor);
}

# A text for the name of a test.
sub show ($text)
{
	my $part = substr ref $text ? $$text : $text, 0, 24;
	return (ref $text ? 'bytes ' : '') . '"' . $part =~ s/([^ !\$-~])/sprintf '\\x{%x}', ord $1/ger . '"'
	    . (length(ref $text ? $$text : $text) > 24 ? '…' : '');
}

# A form to fill in, the old one as long as its token is not spent.
my $form;
sub form_for ($route)
{
	$form //= ready($route, poster($route));
	return $form;
}
sub spent ($answer)
{
	return if $answer->code != 303 && !fixture($form->{route})->{fresh};
	succeeded($form) if $answer->code == 303;
	end_object($form);
	$form = undef;
}

# Posts one value; the answer, its time, and the browser that has it.
sub put ($route, $field, $text)
{
	my $poster = form_for($route)->{browser};
	# Wrong passwords are counted by address; here it is not about that.
	$poster->move;
	my $fields = with($form, $field->{name} => $text);
	my $begin = time;
	my $answer = $poster->post($form->{path}, $fields);
	my $took = time - $begin;
	# Late once may be the machine; late again is the text.
	for (1 .. 2) {
		last if $took < 1;
		spent($answer);
		$poster = form_for($route)->{browser};
		$fields = with($form, $field->{name} => $text);
		$begin = time;
		$answer = $poster->post($form->{path}, $fields);
		$took = time - $begin if time - $begin < $took;
	}
	$slowest = $took if $took > $slowest;
	$tried++;
	return ($answer, $took, $poster);
}

# What is wrong with an answer to a value: list of sentences.
sub faults ($route, $field, $text, $answer, $took, $poster)
{
	my ($name, $type) = @$field{qw(name type)};
	my $status = $answer->code;
	my @wrong;
	push @wrong, sprintf('took %.1f s', $took) if $took >= 1;
	if (length $answer->request->content > 65536) {
		push @wrong, "status $status, not 413" if $status != 413;
		$refused++;
		return @wrong;
	}
	if (ref $text || $text =~ /\0/) {
		push @wrong, "status $status, not 400" if $status != 400;
		$refused++;
		return @wrong;
	}
	my $value = normal($type, $text);
	my $bad = fault($field, $value);
	push @wrong, "status $status" if $status != 422 && ($bad || $status != 303);
	$status == 303 ? $taken++ : $refused++;
	if ($status == 422) {
		my %again = $poster->fields_of($form->{path});
		if ($type =~ /^(password|code)$/) {
			push @wrong, 'the password is on the page' if length $value >= 8 && index($poster->at('//main'), $value) >= 0;
		} elsif ($type =~ /^(choice|check)$/) {
			push @wrong, "\"$again{$name}\" is chosen" if defined $again{$name} && $again{$name} ne $value;
		} elsif ($type !~ /^(hidden|button)$/) {
			push @wrong, 'typed text is lost: ' . show($again{$name} // 'nothing') if ($again{$name} // '') ne shown($value);
		}
		my $message = $poster->at("//*[\@id='$name-message']") || $poster->at('//*[@role="alert"]');
		push @wrong, 'no message' if $message !~ /[a-z]/;
		push @wrong, 'no message beside the field' if $bad && $type !~ /^(hidden|button|check)$/ && !$poster->at("//*[\@id='$name-message']");
		push @wrong, 'the summary does not lead to the field' if $bad && $type !~ /^(hidden|button|check)$/ &&
		    !$poster->tree->findnodes("//*[\@role='alert']//a[\@href='#$name']");
		push @wrong, 'the field is not marked' if $bad && $type =~ /^(line|lines|email|number|password|code|select)$/ &&
		    !$poster->tree->findnodes("//*[\@name='$name'][\@aria-invalid='true']");
		push @wrong, 'the title does not say so' if $poster->at('//title') !~ /^Error: /;
	} elsif ($status == 303) {
		my $location = $answer->header('Location') // '';
		push @wrong, "leads to $location" if $location !~ m{^\Q$base\E/[a-z][a-zA-Z0-9/.-]*(\?[a-z=&0-9-]+)?\z};
	}
	return @wrong;
}

for my $route (grep { $_->{post} } routes()) {
	for my $field (@{ $route->{fields} }) {
		# The programs are the same behind every web server: nginx gets all fields, the others every fourth.
		next if !$whole && $fields++ % 4;
		my ($name, $type, $least, $most) = @$field{qw(name type least most)};
		my $what = "$route->{path} $name";
		unlike($name, qr/^(?:token|ws|parked|proof)$/, "$what: is not called as what every form has");

		# --- limits ---
		my @limits;
		if ($type eq 'number') {
			@limits = map { "$_" } $least, $most, $most + 1, $least + 1;
			push @limits, $least - 1 if $least > 0;
		} elsif ($type eq 'choice') {
			@limits = (@{ $field->{choices} }, "$field->{choices}[0] x");
		} elsif ($type eq 'select') {
			@limits = (@{ $field->{choices} }[0, 1, -1], 'Europe/Nowhere', '../UTC', 'UTC0');
		} elsif ($type eq 'check') {
			@limits = ('1', '0', 'on');
		} elsif ($type eq 'email') {
			# 254 bytes, as addresses are.
			@limits = map { 'a@' . 'b.' x (($_ - 2) / 2) . ($_ % 2 ? 'b' : '') } 252, 256;
		} elsif ($most) {
			for my $letter ('x', "\x{e9}", "\x{1f600}") {
				push @limits, map { $letter x $_ } $most, $most + 1, $least, $least > 1 ? $least - 1 : ();
			}
			push @limits, 'x ' x (($most - 1) / 2) . 'x' x (1 + ($most - 1) % 2);
		}
		push @limits, '';
		for my $text (@limits) {
			my ($answer, $took, $poster) = put($route, $field, $text);
			my @wrong = faults($route, $field, $text, $answer, $took, $poster);
			ok(!@wrong, "$what: limit, " . length($text) . ' characters ' . show($text)) or diag(join("\n", @wrong));
			spent($answer);
		}

		# --- far too much ---
		my $answer = form_for($route)->{browser}->post($form->{path}, with($form, $name => 'a' x 1_048_576));
		is($answer->code, 413, "$what: a megabyte");

		# --- texts ---
		# Whether the form shows what is stored: then what was taken can be compared.
		my $prefilled = $type eq 'line' && defined $form->{answer} && do {
			my %now = do { $form->{browser}->page($form->{address}); $form->{browser}->fields_of($form->{path}) };
			($now{$name} // '') ne '';
		};
		# Every second text, 139 or 140: one field gets the even ones, the next the odd ones. Every fourteenth where it is not nginx.
		my @texts = nasty();
		my $step = $whole ? 2 : 14;
		@texts = @texts[grep { $_ % $step == $turn % $step } 0 .. $#texts];
		$turn++;
		my @all;
		for my $text (@texts) {
			my ($answer, $took, $poster) = put($route, $field, $text);
			my @wrong = faults($route, $field, $text, $answer, $took, $poster);
			if ($answer->code == 303 && $prefilled && !ref $text) {
				$poster->page($form->{address});
				my %now = $poster->fields_of($form->{path});
				push @wrong, 'stored as ' . show($now{$name} // 'nothing') if ($now{$name} // '') ne shown(normal($type, $text));
			}
			push @all, map { show($text) . ": $_" } @wrong;
			spent($answer);
		}
		is(join("\n", @all), '', "$what: all texts");
	}
	end_object($form) if $form;
	$form = undef;
}

# --- what was stored comes out as text on every page ----------------------------------------------------------------------

my $workspace = $person->{workspace};
my ($created) = grep { $_->{path} eq '/settings/credentials/created/:id' } routes();
my ($label) = grep { $_->{path} eq '/settings/credentials/:id/label' } routes();
my $page = ready($created, $browser);
my $credential = value('SELECT LOWER(HEX(c.public_id)) FROM credential c JOIN one_time_reveal r ON r.object = c.id'
    . ' WHERE r.id = UNHEX(?)', $page->{id});
my $key = value('SELECT access_key FROM credential WHERE public_id = UNHEX(?)', $credential);
my @pages = map { "$_?ws=$workspace" } '/settings/workspace', $page->{path}, map { "/settings/credentials/$credential/$_" }
    qw(label rotate revoke);
my ($shown, @wrong) = (0);
sub some (@texts) { return $whole ? @texts : @texts[grep { $_ % 8 == 0 } 0 .. $#texts] }
for my $text (some grep { !ref && !fault($label->{fields}[0], normal('line', $_)) && normal('line', $_) ne '' } nasty()) {
	my $value = normal('line', $text);
	my $on_page = shown($value);
	$browser->page("/settings/credentials/$credential/label?ws=$workspace");
	my $answer = $browser->submit("/settings/credentials/$credential/label", label => $text);
	push @wrong, show($text) . ': status ' . $answer->code if $answer->code != 303;
	$browser->follow($answer);
	push @wrong, show($text) . ': the message does not say it' if index($browser->at('//*[@role="status"]//p'), $on_page) < 0;
	for my $path (@pages) {
		my $answer = $browser->page($path);
		my $content = $answer->decoded_content;
		push @wrong, show($text) . ": raw on $path" if $value =~ /</ && index($content, $value) >= 0;
		my $found = grep { index($_->textContent, $on_page) >= 0 } $browser->tree->findnodes('//main//*');
		$found += grep { index($_->value, $on_page) >= 0 } $browser->tree->findnodes('//main//@value');
		push @wrong, show($text) . ": not on $path" if !$found;
		$shown++;
	}
	push @wrong, show($text) . ': not in its cell' if $browser->page($pages[0]) && !grep { $_->textContent eq $on_page }
	    $browser->tree->findnodes("//tr[.//code[text()='$key']]/th");
}
is(join("\n", @wrong), '', 'labels are text on every page');

# A name is drawn in the frame of every page.
my @names = some grep { !ref && length(normal('line', $_)) >= 2 && length(normal('line', $_)) <= 70 && !has_hidden(normal('line', $_)) } nasty();
@wrong = ();
for my $text (@names) {
	$browser->page('/settings/profile/name');
	$browser->follow($browser->submit('/settings/profile/name', name => $text));
	push @wrong, show($text) . ': not in the menu' if $browser->at('//header//summary//*[@class="name"]') ne shown(normal('line', $text));
	push @wrong, show($text) . ': not on the page' if $browser->at('//main//strong') ne shown(normal('line', $text));
	$shown += 2;
}
is(join("\n", @wrong), '', 'names are text on every page');

diag(sprintf '%d texts, %d fields, %d posts: %d taken, %d refused; slowest %.2f s; %d places where stored ones are shown',
    scalar(my @texts = nasty()), scalar(map { @{ $_->{fields} } } grep { $_->{post} } routes()), $tried, $taken, $refused, $slowest, $shown);
finish;
