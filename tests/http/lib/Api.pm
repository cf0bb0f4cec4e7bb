package Api;

# What the tests of the API share: calls in every form that clients use, and what every answer must have.

use v5.36;
use Exporter 'import';
use HTTP::Tiny;
use JSON::PP;
use MIME::Base64;
use Test::More;
use Vestibule qw($url $server command secret);

our @EXPORT = qw(credential call ok_call refused envelope decode_part);

my $json = JSON::PP->new->utf8->canonical->allow_nonref;

# A pair of the person, by the operator's command: "key:secret".
sub credential ($person, @options)
{
	my $pair = decode_json(command('credential', 'create', '--json', '--email', $person->{email}, @options));
	secret(secret_key => $pair->{secret_key});
	return "$pair->{access_key}:$pair->{secret_key}";
}

sub url_encode ($text)
{
	utf8::encode($text) if utf8::is_utf8($text);
	return $text =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger;
}

# { a => 1, b => [1, 2], c => { d => true } } as "a=1&b=1&b=2&c.d=true"
sub fields ($value, $name = '')
{
	return map { fields($value->{$_}, $name eq '' ? $_ : "$name.$_") } sort keys %$value if ref $value eq 'HASH';
	return map { fields($_, $name) } @$value if ref $value eq 'ARRAY';
	return url_encode($name) . '=' . url_encode(JSON::PP::is_bool($value) ? $value ? 'true' : 'false' : $value);
}

# call(NAME or path, OPTION => VALUE …):
#   how     get (JSON in the body of a GET, the default), post, put, query, form
#   args    hash; body: raw body instead; type: its Content-Type
#   basic, bearer, cookie; headers: hash of more; from: address of the client
#   path    instead of /api/NAME
sub call ($name, %o)
{
	my $how = $o{how} // 'get';
	my %method = (get => 'GET', post => 'POST', put => 'PUT', query => 'GET', form => 'POST');
	my $address = $url . ($o{path} // "/api/$name");
	my %headers = %{ $o{headers} // {} };
	my $body = $o{body};
	$headers{Authorization} = 'Basic ' . encode_base64($o{basic}, '') if defined $o{basic};
	$headers{Authorization} = "Bearer $o{bearer}" if defined $o{bearer};
	$headers{Cookie} = $o{cookie} if defined $o{cookie};
	if ($o{args} && $how eq 'query') {
		$address .= '?' . join '&', fields($o{args});
	} elsif ($o{args} && $how eq 'form') {
		$body = join '&', fields($o{args});
		$headers{'Content-Type'} = 'application/x-www-form-urlencoded';
	} elsif ($o{args}) {
		$body = $json->encode($o{args});
		$headers{'Content-Type'} = 'application/json';
	}
	$headers{'Content-Type'} = $o{type} if defined $o{type};
	my $client = HTTP::Tiny->new(timeout => 20, max_redirect => 0, keep_alive => 0,
	    defined $o{from} ? (local_address => $o{from}) : ());
	my $answer = $client->request($o{method} // $method{$how}, $address,
	    { headers => \%headers, defined $body ? (content => $body) : () });
	my $envelope = eval { $json->decode($answer->{content}) };
	return { %$answer, meta => {}, data => undef } if ref $envelope ne 'HASH';
	if (ref $envelope->{data} eq 'HASH') {
		my $credentials = $envelope->{data}{credentials};
		secret(token => $envelope->{data}{token});
		secret(secret_key => $credentials->{secret_key}) if ref $credentials eq 'HASH';
	}
	return { %$answer, meta => $envelope->{meta} // {}, data => $envelope->{data} };
}

# Whether the answer has everything that clients need (status and result code equal, no null where they take none).
sub envelope ($answer, $code, $subcode, $what)
{
	my $meta = $answer->{meta};
	my @wrong;
	push @wrong, "status $answer->{status}, not $code" if $answer->{status} != $code;
	push @wrong, 'result_code ' . ($meta->{result_code} // 'null') if ($meta->{result_code} // -1) != $code;
	push @wrong, 'result_subcode ' . ($meta->{result_subcode} // 'null')
	    if ($meta->{result_subcode} // -1) != $subcode;
	push @wrong, "no $_" for grep { ref $meta->{$_} || ($meta->{$_} // '') eq '' } qw(id trx result_msg);
	push @wrong, "id $meta->{id}" if ($meta->{id} // '') !~ /\A[0-9a-f]{32}\z/;
	push @wrong, 'no endpoint' if ref $meta->{endpoint} ne 'HASH' || !defined $meta->{endpoint}{name} ||
	    ($meta->{endpoint}{requested_version} // '') !~ /\A\d+\.\d+\z/;
	push @wrong, 'error_data is no object' if ref $meta->{error_data} ne 'HASH';
	push @wrong, 'error_stack' if !exists $meta->{error_stack} || defined $meta->{error_stack};
	push @wrong, 'data is no object' if ref $answer->{data} ne 'HASH';
	push @wrong, 'type ' . ($answer->{headers}{'content-type'} // 'none')
	    if ($answer->{headers}{'content-type'} // '') ne 'application/json';
	push @wrong, 'WWW-Authenticate' if exists $answer->{headers}{'www-authenticate'};
	push @wrong, 'server ' . ($answer->{headers}{server} // 'none')
	    if $server !~ /apache/ && ($answer->{headers}{server} // '') ne 'clearml';
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok(!@wrong, $what) || diag(join("\n", @wrong), "\n", $answer->{content});
}

# A call that succeeds: its data.
sub ok_call ($name, %o)
{
	my $answer = call($name, %o);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	envelope($answer, 200, 0, $o{what} // "$name: 200");
	return $answer->{data};
}

# A call that is refused: with these codes and a message like this. Returns the answer.
sub refused ($code, $subcode, $message, $name, %o)
{
	my $answer = call($name, %o);
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	envelope($answer, $code, $subcode, $o{what} // "$name: $code/$subcode");
	like($answer->{meta}{result_msg} // '', $message, ($o{what} // $name) . ': says why');
	return $answer;
}

# One part of a token, decoded.
sub decode_part ($token, $index)
{
	return $json->decode(decode_base64((split /\./, $token)[$index] =~ tr{_-}{/+}r));
}

1;
