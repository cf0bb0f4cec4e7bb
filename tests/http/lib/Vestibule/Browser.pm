package Vestibule::Browser;

# A browser with its own cookies and address. Paths are without base path. Redirects are not followed, so that tests see them;
# every answer is looked at by Vestibule::observe().
#
#	my $browser = Vestibule::Browser->new;
#	$browser->sign_in($person);
#	$browser->page('/settings/profile/name');		the answer; ->tree is the page
#	$browser->submit('/settings/profile/name', name => 'Ada');	the form of the page with this action, as people do it
#	$browser->post($path, [token => …, name => 'Ada'], Origin => '…');	any form at all
#	my $request = $browser->request_for($path, \@fields, …); $browser->send($request)	the same one more than once

use v5.36;
use utf8;
use HTTP::Request;
use IO::Socket::INET;
use Vestibule;
use Vestibule::Blake2b 'blake2b';

use parent 'WWW::Mechanize';

my ($host, $port) = $url =~ m{^http://([^:/]+):(\d+)};

sub new ($class, %o)
{
	my $self = $class->SUPER::new(autocheck => 0, max_redirect => 0, requests_redirectable => [], timeout => 30,
	    agent => 'Mozilla/5.0 (tests)', local_address => $o{address} // new_address(), stack_depth => 0);
	$self->{cookie_name} = 'vestibule';
	return $self;
}

# Another address of this machine from now on.
sub move ($self)
{
	$self->local_address(new_address());
}

sub request ($self, $request, @more)
{
	my $answer = $self->SUPER::request($request, @more);
	$self->{tree} = observe($answer);
	return $answer;
}

# The last page as a tree; undef for anything else.
sub tree ($self)
{
	return $self->{tree};
}

# What the tree says at an XPath, as text; nodes: ->tree->findnodes.
sub at ($self, $xpath)
{
	return $self->{tree} ? $self->{tree}->findvalue($xpath) : undef;
}

# How many nodes an XPath finds.
sub count ($self, $xpath)
{
	my @nodes = $self->{tree} ? $self->{tree}->findnodes($xpath) : ();
	return scalar @nodes;
}

sub text ($self)
{
	return $self->{tree} ? $self->{tree}->documentElement->textContent =~ s/\s+/ /gr : '';
}

sub page ($self, $path, %headers)
{
	return $self->get("$url$path", %headers);
}

# Where the last answer leads: the path without the base path and "?done=…", the whole when asked.
sub leads_to ($self, $answer)
{
	my $location = $answer->header('Location') // return undef;
	$location =~ s/^\Q$base\E(?=\/)//;
	return $location =~ s/[?&]done=[0-9a-f]{16}$//r;
}

sub follow ($self, $answer)
{
	my $location = $answer->header('Location') // die 'nowhere to go: ' . $answer->status_line . "\n";
	return $self->get($location =~ m{^/} ? "http://$host:$port$location" : $location);
}

# The value of the session cookie.
sub cookie ($self)
{
	my $value;
	$self->cookie_jar->scan(sub { $value = $_[2] if $_[1] eq $self->{cookie_name} });
	return $value;
}

# --- forms --------------------------------------------------------------------------------------------------------------

# The form of the last page that posts to the path: its element, undef when there is none. One of the content before one of the menu.
sub form_to ($self, $path)
{
	return undef if !$self->{tree};
	my ($form) = grep { ($_->getAttribute('action') // '') eq "$base$path" } $self->{tree}->findnodes('//main//form'),
	    $self->{tree}->findnodes('//form');
	return $form;
}

# Its fields as a browser would send them: list of name and value.
sub fields_of ($self, $path)
{
	my $form = $self->form_to($path) // return;
	my @fields;
	for my $control ($form->findnodes('.//input | .//textarea | .//select')) {
		if ($control->nodeName eq 'select') {
			my ($option) = ($control->findnodes('.//option[@selected]'), $control->findnodes('.//option'));
			push @fields, $control->getAttribute('name'), $option->getAttribute('value') // $option->textContent;
			next;
		}
		my $type = $control->getAttribute('type') // '';
		next if $type =~ /^(radio|checkbox)$/ && !$control->hasAttribute('checked');
		next if !$control->hasAttribute('name') || $type eq 'submit';
		# HTML drops a newline at the start of a text area.
		push @fields, $control->getAttribute('name'), $control->nodeName eq 'textarea' ? $control->textContent =~ s/^\n//r
		    : $control->getAttribute('value') // '';
	}
	return @fields;
}

sub token_of ($self, $path)
{
	my %fields = $self->fields_of($path);
	return $fields{token};
}

# The form of the last page with this action, with some values changed.
sub submit ($self, $path, %values)
{
	my @fields = $self->fields_of($path) or die "no form to $path on this page\n";
	my @send;
	while (my ($name, $value) = splice @fields, 0, 2) {
		push @send, $name, exists $values{$name} ? delete $values{$name} : $value;
	}
	return $self->post($path, [@send, map { ($_ => $values{$_}) } sort keys %values]);
}

# Values are texts; a reference to a string is bytes as they are.
sub encode ($fields)
{
	return $fields if !ref $fields;
	my @pairs;
	for my $part (@$fields) {
		my $bytes = ref $part ? $$part : $part // '';
		utf8::encode($bytes) if !ref $part;
		push @pairs, $bytes =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger;
	}
	return join '&', map { "$pairs[2 * $_]=$pairs[2 * $_ + 1]" } 0 .. @pairs / 2 - 1;
}

# A post with the cookies of now, to be sent any number of times. fields: list of name and value, or the body as it is.
sub request_for ($self, $path, $fields, %headers)
{
	my $request = HTTP::Request->new(POST => "$url$path", ['Content-Type' => 'application/x-www-form-urlencoded']);
	$self->cookie_jar->add_cookie_header($request);
	$request->header(%headers) if %headers;
	$request->content(encode($fields));
	return $request;
}

# Sends it as it is: the cookies of then, and those of the answer are not kept.
sub send ($self, $request)
{
	my $sender = LWP::UserAgent->new(max_redirect => 0, timeout => 30, local_address => $self->local_address,
	    agent => $self->agent);
	my $answer = $sender->request($request->clone);
	$self->{tree} = observe($answer);
	return $answer;
}

sub post ($self, $path, $fields, %headers)
{
	my $request = $self->request_for($path, $fields, %headers);
	$request->remove_header('Cookie');
	return $self->request($request);
}

# The same request so many times at once: one connection each, all written before any is read. Answers.
sub all_at_once ($self, $request, $times)
{
	my $bytes = $request->method . ' ' . $request->uri->path_query . " HTTP/1.1\r\nHost: $host:$port\r\nConnection: close\r\n"
	    . 'Content-Length: ' . length($request->content) . "\r\n" . $request->headers->as_string("\r\n") . "\r\n"
	    . $request->content;
	my @sockets = map { IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, LocalAddr => $self->local_address,
	    Timeout => 30) // die "connect: $!\n" } 1 .. $times;
	$_->syswrite($bytes) for @sockets;
	return map {
		local $/;
		my $answer = HTTP::Response->parse(scalar readline($_) // '');
		$answer->request($request);
		observe($answer);
		$answer;
	} @sockets;
}

# --- signing in ---------------------------------------------------------------------------------------------------------

# By password; with a one-time link where there is none. Dies when it does not work.
sub sign_in ($self, $person)
{
	$self->{person} = $person;
	return $self->sign_in_by_link($person) if !defined $person->{password};
	$self->page('/sign-in');
	my $answer = $self->submit('/sign-in', email => $person->{email}, password => $person->{password});
	die "$person->{email} cannot sign in: " . $answer->status_line . "\n" . $self->text . "\n" if $answer->code != 303;
	return $self;
}

sub sign_in_by_link ($self, $person, $password = '')
{
	$self->{person} = $person;
	my ($code) = command('person', 'link', '--email', $person->{email}) =~ /link=(\S+)/;
	$self->page('/sign-in?link=' . secret(link => $code));
	$self->page('/sign-in/link');
	my $answer = $self->submit('/sign-in/link', password => $password);
	die "$person->{email} cannot sign in by a link: " . $answer->status_line . "\n" if $answer->code != 303;
	return $self;
}

# Its hash in the database, as hex digits; and the row there.
sub session_hash ($self)
{
	return unpack 'H*', blake2b(from_base64url($self->cookie));
}

sub session_row ($self, $column)
{
	return value("SELECT $column FROM session WHERE hash = UNHEX(?)", $self->session_hash);
}

sub set_session ($self, $assignment)
{
	my $rows = execute("UPDATE session SET $assignment WHERE hash = UNHEX(?)", $self->session_hash);
	die "no session of this browser\n" if $rows != 1;
}

1;
