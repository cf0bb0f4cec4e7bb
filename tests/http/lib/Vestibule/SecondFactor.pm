package Vestibule::SecondFactor;

# Second factors of people, with oathtool as the app on the phone.

use v5.36;
use utf8;
use Exporter 'import';
use Vestibule;
use Vestibule::Browser;

our @EXPORT = qw(app_code switch_on recovery_codes forget_step person_with_factor enter_code);

# What the app shows for a seed, so many half minutes from now.
sub app_code ($seed, $steps = 0)
{
	my $when = time + 30 * $steps;
	open my $output, '-|', 'oathtool', '--totp', '--base32', '--now', "\@$when", $seed or die "oathtool: $!";
	chomp(my $code = <$output>);
	close $output or die "oathtool does not like the seed\n";
	return $code;
}

# The codes on a page that shows them once.
sub recovery_codes ($browser)
{
	return map { secret(recovery => $_) } split ' ', $browser->at('//textarea[@id="codes"]');
}

# Switches it on in this browser, as people do it: (seed, recovery codes).
sub switch_on ($browser)
{
	$browser->page('/settings/second-factor');
	my $answer = $browser->submit('/settings/second-factor/new');
	die 'no seed: ' . $answer->status_line . "\n" . $browser->text if $answer->code != 303;
	$browser->follow($answer);
	my $path = $browser->leads_to($answer);
	my $seed = secret(seed => $browser->at('(//main//code/@data-copy-text)[1]'));
	$answer = $browser->submit($path, code => app_code($seed));
	die 'not switched on: ' . $answer->status_line . "\n" . $browser->text if $answer->code != 303;
	$browser->follow($answer);
	$browser->{person}{seed} = $seed;
	return ($seed, recovery_codes($browser));
}

# No code was used so far: a test need not wait for the next half minute.
sub forget_step ($person)
{
	execute('UPDATE second_factor SET last_step = 0 WHERE person = ?', $person->{id});
	execute('DELETE FROM throttle');
}

# A person who has one, with seed and codes.
sub person_with_factor (%o)
{
	my $person = person(%o);
	my $browser = Vestibule::Browser->new->sign_in($person);
	@$person{qw(seed codes)} = do { my ($seed, @codes) = switch_on($browser); ($seed, \@codes) };
	return $person;
}

# After the password: the code.
sub enter_code ($browser, $code)
{
	$browser->page('/sign-in/code');
	return $browser->submit('/sign-in/code', code => $code);
}

1;
