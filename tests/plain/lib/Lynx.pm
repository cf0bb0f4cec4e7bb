# Lynx in a terminal, as a person has it: with its keys.
#
#	my $lynx = Lynx->new;	at the address of the installation
#	$lynx->link('Workspace'); $lynx->button('ADD'); $lynx->field('Label', 'text'); $lynx->tick('Ada'); $lynx->show(qr/…/)
#
# A name is what a link or button begins with. "behind" is a text that stands before it on the page: the first one after that.
package Lynx;
use strict;
use warnings;
use utf8;
use Time::HiRes qw(sleep);
use Terminal;

# The selected link has the cursor before it. -show_cursor and -cookies would switch off what is on.
sub new {
	my ($class, %option) = @_;
	return bless { terminal => Terminal->new(rows => $option{rows} // 60, command => [ 'lynx', '-nopause', '-accept_all_cookies',
	    $option{url} // "$ENV{VESTIBULE_URL}/" ]) }, $class;
}

# Down goes to the next link, and from the last one to the first; Home to the top, unless a field has the keys.
sub select_it {
	my ($self, $what, $is_it) = @_;
	$self->{terminal}->to_top if $what !~ /^the (?:field|area)/;
	$self->{terminal}->move_to('Down', $what, $is_it);
	return;
}

# Whether the text stands above the cursor, or has been passed: pages are longer than the screen.
sub passed {
	my ($self, $text) = @_;
	return 1 if !defined $text;
	my $seen = 0;
	return sub {
		my ($y) = $self->{terminal}->tmux('display-message', '-p', '#{cursor_y}') =~ /(\d+)/;
		my @lines = split /\n/, $self->{terminal}->screen, -1;
		$seen ||= grep { index($_, $text) >= 0 } @lines[0 .. $y];
		return $seen;
	};
}

sub go {
	my ($self, $kind, $name, $pattern, $behind) = @_;
	my $passed = $self->passed($behind);
	$self->select_it("the $kind $name" . (defined $behind ? " behind $behind" : ''), sub {
		my $there = !ref $passed || $passed->();
		return $there && $_[1] =~ $pattern;
	});
	return;
}

sub link {
	my ($self, $name, $behind) = @_;
	$self->go('link', $name, qr/^ ?\Q$name\E/, $behind);
	$self->{terminal}->press('Enter');
	return;
}

# Lynx writes the value of a named button in front of its words.
sub button {
	my ($self, $name, $behind) = @_;
	$self->go('button', $name, qr/^ ?\((?:BUTTON|[a-z]+)\) \Q$name\E/, $behind);
	$self->{terminal}->press('Enter');
	return;
}

# A selected field takes what is typed.
sub field {
	my ($self, $label, $text) = @_;
	$self->select_it("the field $label", sub { $_[0] =~ /\Q$label\E/ });
	$self->{terminal}->type($text);
	$self->{terminal}->press('Down');
	return;
}

# Empties it first: Ctrl-U does that.
sub retype {
	my ($self, $label, $text) = @_;
	$self->select_it("the field $label", sub { $_[0] =~ /\Q$label\E/ });
	$self->{terminal}->press('C-u');
	$self->{terminal}->type($text);
	$self->{terminal}->press('Down');
	return;
}

# Enter turns a box over.
sub tick {
	my ($self, $label) = @_;
	$self->select_it("the box $label", sub { $_[1] =~ /^ ?\[.\] *\Q$label\E/ || $_[0] =~ /\[.\]? *$/ && $_[1] =~ /\Q$label\E/ });
	$self->{terminal}->press('Enter');
	return;
}

# An area of many lines; its label is above it.
sub area {
	my ($self, $label, $text) = @_;
	$self->{terminal}->to_top;
	$self->select_it("the area $label", sub { $self->{terminal}->above_cursor =~ /\Q$label\E/ });
	$self->{terminal}->type($text);
	return;
}

# A list opens by Enter, is searched with "/", and the found one taken by Enter.
sub choose {
	my ($self, $shown, $wanted) = @_;
	my $terminal = $self->{terminal};
	$self->select_it("the list $shown", sub { $_[1] =~ /^ ?\[\Q$shown\E/ });
	$terminal->press('Enter');
	$terminal->wait_for(qr/\(Choice list\)/, 'the open list');
	$terminal->type("/$wanted");
	$terminal->press('Enter');
	$terminal->press('Enter');
	$terminal->wait_for(qr/\[\Q$wanted\E/, "$wanted, chosen");
	return;
}

# Pages through, from the top, until it is seen.
sub show {
	my ($self, $pattern) = @_;
	my $terminal = $self->{terminal};
	$terminal->press('Home');
	for (1 .. 10) {
		my $screen = eval { local $terminal->{patience} = 0.4; $terminal->wait_for($pattern) };
		return $screen if defined $screen;
		$terminal->press('Space');
	}
	return $terminal->wait_for($pattern);
}

sub wait_for { my ($self, @arguments) = @_; return $self->{terminal}->wait_for(@arguments) }
sub stop { my ($self) = @_; $self->{terminal}->stop; return }

1;
