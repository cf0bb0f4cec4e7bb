package Vestibule::Blake2b;

# BLAKE2b (RFC 7693) with key, salt and personal text, for tests that make tokens of their own: an expired one cannot be
# asked of the product. Slow and short.

use v5.36;
no warnings "portable";	# 64-bit constants
use Exporter 'import';

our @EXPORT_OK = qw(blake2b);

my @start = (0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
    0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179);
my @order = map { [map { hex } split //] } qw(0123456789abcdef ea489fd61c02b753 b8c052fdae367194 7931dcbe265a40f8
    905724afe1bc683d 2c6a0b834d75fe19 c51fed4a0763928b db7ec13950f4862a 6fe9b308c2d714a5 a2847615fb9e3cd0);
my @columns = ([0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
    [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]);

sub sum (@numbers)
{
	use integer;
	my $sum = 0;
	$sum += $_ for @numbers;
	return $sum;
}

sub turn ($number, $bits)
{
	return ($number >> $bits) | ($number << (64 - $bits));
}

sub compress ($state, $block, $count, $last)
{
	my @m = unpack 'Q<16', $block;
	my @v = (@$state, @start);
	$v[12] ^= $count;
	$v[14] = ~$v[14] if $last;
	for my $round (0 .. 11) {
		my $order = $order[$round % 10];
		for my $i (0 .. 7) {
			my ($a, $b, $c, $d) = @{ $columns[$i] };
			$v[$a] = sum($v[$a], $v[$b], $m[$order->[2 * $i]]);
			$v[$d] = turn($v[$d] ^ $v[$a], 32);
			$v[$c] = sum($v[$c], $v[$d]);
			$v[$b] = turn($v[$b] ^ $v[$c], 24);
			$v[$a] = sum($v[$a], $v[$b], $m[$order->[2 * $i + 1]]);
			$v[$d] = turn($v[$d] ^ $v[$a], 16);
			$v[$c] = sum($v[$c], $v[$d]);
			$v[$b] = turn($v[$b] ^ $v[$c], 63);
		}
	}
	$state->[$_] ^= $v[$_] ^ $v[$_ + 8] for 0 .. 7;
}

# 32 bytes of the message. Options: key, salt (16 bytes), personal (16 bytes).
sub blake2b ($message, %o)
{
	my $key = $o{key} // '';
	my @h = @start;
	my @parameters = unpack 'Q<8', pack 'CCCC x28 a16 a16', 32, length $key, 1, 1, $o{salt} // '', $o{personal} // '';
	$h[$_] ^= $parameters[$_] for 0 .. 7;
	my $input = ($key ne '' ? pack('a128', $key) : '') . $message;
	my $length = length $input;
	my $at = 0;
	while ($length - $at > 128) {
		compress(\@h, substr($input, $at, 128), $at + 128, 0);
		$at += 128;
	}
	compress(\@h, pack('a128', substr $input, $at), $length, 1);
	return substr pack('Q<8', @h), 0, 32;
}

1;
