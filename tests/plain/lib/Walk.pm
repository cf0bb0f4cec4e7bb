# The short way through the product that every terminal must be able to take: sign in, make a credential, see it once, revoke it,
# sign out. A browser says how it reaches a link, a field, a button; what is seen is the same.
package Walk;
use strict;
use warnings;
use utf8;
use File::Temp qw(tempfile);
use JSON::PP qw(decode_json);
use Test::More;
use Terminal;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $password = 'correct horse battery staple';

sub command {
	my ($input, @arguments) = @_;
	my ($file, $name) = tempfile(UNLINK => 1);
	print $file $input;
	close $file;
	open my $saved, '<&', \*STDIN or die "standard input: $!\n";
	open STDIN, '<', $name or die "$name: $!\n";
	open my $pipe, '-|', $ENV{VESTIBULE_COMMAND}, '-c', $ENV{VESTIBULE_CONF}, @arguments or die "command: $!\n";
	local $/;
	my $out = <$pipe> // '';
	close $pipe or die "vestibule @arguments failed\n";
	open STDIN, '<&', $saved or die "standard input: $!\n";
	return $out;
}

# What the API says of a pair.
sub sign_in_by_pair {
	my ($key, $secret) = @_;
	open my $pipe, '-|', 'curl', '-s', '-u', "$key:$secret", "$ENV{VESTIBULE_URL}/api/auth.login" or die "curl: $!\n";
	local $/;
	return decode_json(<$pipe>)->{meta}{result_code};
}

# Lines are broken where they have no room.
sub seen {
	my ($screen, $pattern, $what) = @_;
	like $screen =~ s/\s+/ /gr, $pattern, $what or diag $screen;
	return;
}

# run($browser): has terminal, link($name), field($label, $text), button($name); show($pattern), which pages
# through until it is seen
sub run {
	my ($browser, $name) = @_;
	my $terminal = $browser->{terminal};
	my $email = "$name" . substr(time, -5) . "$$\@example.org";
	command("$password\n", qw(person add --email), $email, '--name', 'Tess Text', '--password-stdin');

	my $screen = $terminal->wait_for(qr/Sign in.*Keep me signed in/s, 'the sign-in page');
	seen $screen, qr/E-mail.*Password/s, 'sign-in: both fields are named';
	$browser->field('E-mail', $email);
	$browser->field('Password', 'wrong by intention');
	$browser->button('Sign in');
	$screen = $terminal->wait_for(qr/There is a problem/);
	seen $screen, qr/E-mail and password do not fit together\./, 'a wrong password is refused with words';
	seen $screen, qr/\Q$email\E/, 'the address is kept';
	$browser->field('Password', $password);
	$browser->button('Sign in');
	$screen = $terminal->wait_for(qr/EMAIL ADDRESS/, 'the profile');
	seen $screen, qr/Tess Text.*Settings.*Appearance.*Help.*Logout/s, 'the account menu is open text';
	seen $screen, qr/USER SETTINGS\s.*Profile\s.*Workspace/s, 'the side menu';
	seen $screen, qr/Edit name/, 'the action beside the name has words';

	$browser->link('Workspace');
	$terminal->wait_for(qr/WORKSPACES/);
	$screen = $browser->show(qr/App Credentials/);
	seen $screen, qr/Tess Text's workspace.*Currently Active/s, 'the workspace and its state';
	$screen = $browser->show(qr/There are no credentials/);
	seen $screen, qr/There are no credentials here yet/s, 'an empty list says so';
	$browser->link('Create new credentials');
	$terminal->wait_for(qr/CREATE CREDENTIALS/, 'the form');
	$screen = $browser->show(qr/90 days/);
	seen $screen, qr/The secret is\s+shown\s+once/, 'says before that the secret is shown once';
	seen $screen, qr/Label.*\(optional\).*Never.*7 days.*30 days.*90 days/s, 'label and the choices of expiration';
	$browser->field('Label', 'terminal');
	$browser->button('Create new credentials');
	$screen = $terminal->wait_for(qr/The credentials are created/, 'the page that shows the pair');
	seen $screen, qr/The credentials are created/, 'the result on top';
	$screen = $browser->show(qr/Access key.*Secret key.*LOCAL PYTHON/s);
	my ($key) = $screen =~ /Access key\s+([A-Z0-9]{30})\s/;
	my ($secret) = $screen =~ /Secret key\s+([A-Za-z0-9_-]{67})\s/;
	ok $key && $secret, 'both can be read and copied from the screen, each on one line' or diag $screen;
	$browser->show(qr/api \{/);
	seen $terminal->screen, qr/api \{.*credentials \{.*"access_key" = "$key"/s, 'the section for clearml.conf';
	is sign_in_by_pair($key, $secret), 200, 'what is read from the screen works';

	$browser->button('Done');
	$screen = $terminal->wait_for(qr/Done\. The secret key is not shown any more\./);
	$screen = $browser->show(qr/terminal/);
	seen $screen, qr/terminal.*\Q$key\E/s, 'the list has label and key';
	seen $screen, qr/Edit.*label.*Rotate.*Revoke/s, 'and its actions in words';
	unlike $screen, qr/\Q$secret\E/, 'but no secret';

	$browser->link('Revoke');
	$screen = $terminal->wait_for(qr/Are you sure\?/);
	$screen = $browser->show(qr/cannot be recovered/);
	seen $screen, qr/You are about to revoke terminal \($key\)\.\s+This is\s+final\./, 'asks, and names what it is about';
	$browser->button('Revoke');
	$screen = $terminal->wait_for(qr{are\s+revoked\.});
	seen $screen, qr/The credentials terminal \($key\) are\s+revoked\./, 'says what was done';
	$browser->show(qr/There are no credentials here yet/);
	is sign_in_by_pair($key, $secret), 401, 'the pair is dead';

	$browser->button('Logout');
	$screen = $terminal->wait_for(qr/You are signed out\./);
	seen $screen, qr/You are signed out\..*Sign in.*E-mail/s, 'signed out, back at the sign-in page';
	$terminal->stop;
	done_testing;
	return;
}

1;
