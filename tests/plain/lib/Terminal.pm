# A program in a terminal of 80 columns, as a person has it: keys go in, the screen is read. tmux is the terminal.
package Terminal;
use strict;
use warnings;
use utf8;
use Encode qw(decode encode);
use File::Temp qw(tempdir);
use Time::HiRes qw(sleep time);

my $made = 0;

# new(rows => 40, command => [...]): starts it
sub new {
	my ($class, %option) = @_;
	my $self = bless { server => "vestibule-$$-" . $made++, patience => $option{patience} // 20 }, $class;
	my $home = tempdir(CLEANUP => 1);
	my $command = join ' ', map { s/'/'\\''/gr =~ s/^|$/'/gr } 'env', "HOME=$home", 'LC_ALL=C.UTF-8', @{ $option{command} };
	system('tmux', '-L', $self->{server}, '-f', '/dev/null', 'new-session', '-d', '-x', 80, '-y', $option{rows} // 40,
	    $command) == 0 or die "tmux does not start\n";
	return $self;
}

sub tmux {
	my ($self, @arguments) = @_;
	open my $pipe, '-|', 'tmux', '-L', $self->{server}, @arguments or die "tmux: $!\n";
	local $/;
	my $out = decode('UTF-8', <$pipe> // '');
	close $pipe;
	return $out;
}

# The whole screen; lines without blanks at their ends.
sub screen { return $_[0]->tmux('capture-pane', '-p') =~ s/[ \t]+$//gmr }

# The line that the cursor is on: before it, and from it on.
sub at_cursor {
	my ($self) = @_;
	my ($x, $y) = split / /, $self->tmux('display-message', '-p', '#{cursor_x} #{cursor_y}');
	my $line = (split /\n/, $self->screen, -1)[$y] // '';
	return (substr($line, 0, $x), length $line > $x ? substr($line, $x) : '');
}

# The line above it.
sub above_cursor {
	my ($self) = @_;
	my ($y) = $self->tmux('display-message', '-p', '#{cursor_y}') =~ /(\d+)/;
	return $y > 0 ? (split /\n/, $self->screen, -1)[$y - 1] // '' : '';
}

# One key by its name: Enter, Tab, Down …
sub press { my ($self, @keys) = @_; $self->tmux('send-keys', @keys); return }

# Text as it is typed.
sub type { my ($self, $text) = @_; $self->tmux('send-keys', '-l', '--', $text); return }

# Waits until the screen matches, and returns it; dies with the screen when it does not in time.
sub wait_for {
	my ($self, $pattern, $what) = @_;
	my $until = time + $self->{patience};
	my $screen;
	do {
		$screen = $self->screen;
		return $screen if $screen =~ $pattern;
		sleep 0.05;
	} while time < $until;
	die encode('UTF-8', 'the screen does not show ' . ($what // $pattern) . ":\n$screen\n");
}

# To the first link of a page in Lynx, which is the same on all of ours; the key is answered when the cursor is there. A field takes Home
# for itself, and is left by Down.
sub to_top {
	my ($self) = @_;
	my $until = time + $self->{patience};
	until ($self->_is_at_top) {
		die encode('UTF-8', "Home does not lead to the top:\n" . $self->screen . "\n") if time > $until;
		my $key = join("\n", (split /\n/, $self->screen)[-3 .. -1]) =~ /enter text|textarea|text field|text entry/i ? 'Down' : 'Home';
		my $before = $self->_place;
		$self->press($key);
		my $answered = time + 3;
		sleep 0.02 until $self->_place ne $before || time > $answered;
	}
	return;
}
sub _is_at_top { return join('', $_[0]->at_cursor) =~ /Skip to content/ }
sub _place { return $_[0]->tmux('display-message', '-p', '#{cursor_x} #{cursor_y}') . $_[0]->screen }

# Presses a key again and again, until what is at the cursor is right: called with the text before and after it.
sub move_to {
	my ($self, $key, $what, $is_it) = @_;
	for (1 .. 120) {
		my ($before, $after) = $self->at_cursor;
		return if $is_it->($before, $after);
		my $place = $self->_place;
		$self->press($key);
		# A key that is answered late must not be pressed again: its twin would go past.
		my $until = time + 3;
		sleep 0.02 until $self->_place ne $place || time > $until;
	}
	die encode('UTF-8', "$key never comes to $what:\n" . $self->screen . "\n");
}

sub stop { my ($self) = @_; system('tmux', '-L', $self->{server}, 'kill-server') if $self->{server}; $self->{server} = undef; return }
sub DESTROY { local ($?, $@); $_[0]->stop; return }

1;
