# What is kept sealed for long, second factors and keys for cloud storage, through a rotation: sealed anew, the old key can go and
# everything opens as before. And when the key file is lost: everybody still signs in, and the pages say what cannot be decrypted.

use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../http/lib";
use JSON::PP;
use Own;
use Test::More;

start_own();
require Vestibule;
Vestibule->import;
require Vestibule::Browser;
require Vestibule::SecondFactor;
Vestibule::SecondFactor->import;

my $page = '/settings/cloud-access';
my $ada = main::person(name => 'Ada Keys');
my $browser = Vestibule::Browser->new->sign_in($ada);
my ($seed, @codes) = main::switch_on($browser);
for my $bucket (qw(one two)) {
	$browser->page("$page/new");
	is($browser->submit("$page/new", bucket => $bucket, key => "key-of-$bucket", secret => "secret-of-$bucket", session_token => $bucket eq 'one' ? 'token-of-one' : '')->code,
	    303, "keys for $bucket");
}
is((main::operator({ input => "site-key\nsite-secret\n" }, 'cloud-access', 'add', '--site', '--bucket', 'everybody'))[0], 0, 'and for everybody');
my $entries = sub { JSON::PP->new->canonical->encode(decode_json($browser->page("$page/entries.json")->content)) };
my $before = $entries->();
like($before, qr/secret-of-one.*token-of-one|token-of-one.*secret-of-one/, 'there is something to keep');
my $sealed = sub { my %sealed = map { /^(\d+)\s+\S+\s+\d+\s+\d+\s+(\d+)$/ ? ($1 => $2) : () } split /\n/, (main::operator('keys', 'list'))[1]; \%sealed };
is_deeply($sealed->(), { 1 => 4 }, 'keys list: a second factor and three rows need the first key');

is((main::operator('keys', 'rotate'))[0], 0, 'keys rotate');
is($entries->(), $before, 'programs that run still open all');
start_own();
is($entries->(), $before, 'those started afterwards too');
is_deeply($sealed->(), { 1 => 4, 2 => 0 }, 'the first key is still needed');
my ($code, $out) = main::operator('keys', 'reseal');
is($code, 0, 'keys reseal');
is($out, "1 second factors and 3 rows of cloud access are sealed anew\n", 'says what it did');
is_deeply($sealed->(), { 1 => 0, 2 => 4 }, 'the first key is not needed any more');
like((main::operator('keys', 'reseal'))[1], qr/^0 second factors and 0 rows/, 'a second time there is nothing to do');
is($entries->(), $before, 'everything opens');

# Without the first key. API credentials and links would need it; there are none here.
my $file = "$folder/data/keys";
sub rewrite ($change)
{
	open my $in, '<', $file or die "$file: $!";
	my @lines = $change->(<$in>);
	my ($owner, $group) = (stat $file)[4, 5];
	unlink $file;
	open my $new, '>', $file or die;
	print $new @lines;
	close $new or die;
	chown $owner, $group, $file if $> == 0;
	chmod 0400, $file;
}
rewrite(sub (@lines) { grep { !/^1 / } @lines });
start_own();
is($entries->(), $before, 'without the first key everything opens');
main::forget_step($ada);
my $again = Vestibule::Browser->new;
$again->{person} = $ada;
$again->page('/sign-in');
is($again->leads_to($again->submit('/sign-in', email => $ada->{email}, password => $ada->{password})), '/sign-in/code', 'signing in: the code is asked for');
is(main::enter_code($again, main::app_code($seed))->code, 303, 'and the app\'s is right');

# The file is lost: another one stands in its place.
rewrite(sub (@lines) { map { /^(\d+) / ? $1 + 7 . ' ' . join('', map { sprintf '%02x', int rand 256 } 1 .. 32) . "\n" : $_ } @lines });
start_own();
my $lost = Vestibule::Browser->new;
$lost->{person} = $ada;
$lost->page('/sign-in');
is($lost->leads_to($lost->submit('/sign-in', email => $ada->{email}, password => $ada->{password})), '/sign-in/code', 'lost: the password still counts, and the code is asked for');
main::forget_step($ada);
is(main::enter_code($lost, main::app_code($seed))->code, 422, 'lost: no code of the app can be checked');
is(main::enter_code($lost, $codes[0])->code, 303, 'lost: a recovery code lets in');
is($lost->page('/settings/configuration')->code, 200, 'lost: Configuration');
is($lost->page($page)->code, 200, 'lost: the page of the keys');
is(join('|', map { $_->textContent } $lost->tree->findnodes('//tbody/tr[th = "one"]/td[position() <= 3]')), join('|', ('cannot be decrypted') x 3), 'lost: says so');
my ($edit) = map { $_->value } $lost->tree->findnodes('//tbody/tr[th = "one"]//a[contains(@href, "/edit")]/@href');
$lost->page($edit);
is($lost->submit($edit, key => 'key-of-one', secret => 'secret-of-one', session_token => 'token-of-one')->code, 303, 'lost: entered anew');
$lost->page($page);
is(join('|', map { $_->textContent } $lost->tree->findnodes('//tbody/tr[th = "one"]/td[position() <= 3]')), 'set|set|set', 'and all is well');
($code, $out) = main::operator('keys', 'reseal');
is($code, 1, 'lost: keys reseal says that it cannot');
like((main::operator('keys', 'list'))[1], qr/^2\s+MISSING\s+\d+\s+\d+\s+3$/m, 'lost: keys list says which is missing');
like((main::operator('cloud-access', 'list', '--site'))[1], qr/\teverybody\t-\t-\tLOST\tLOST\t-$/m, 'lost: and the operator sees it');
done_testing();
