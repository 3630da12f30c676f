# One request by a Perl library: `client.pl LIBRARY METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv.
use strict;
use warnings;
use JSON::PP;

my ($library, $method, $url, $warm) = @ARGV;
my %headers = (Authorization => 'Bearer x', 'Content-Type' => 'application/json');
my $body = '{"partner_customer_id":"c","dev_php_version":"8.3"}';

sub by_lwp {
    require LWP::UserAgent;
    require HTTP::Request;
    my $agent = LWP::UserAgent->new(keep_alive => 1);
    my $ask = sub { $agent->request(HTTP::Request->new($_[0], $_[1], [%headers], $_[0] eq 'POST' ? $body : undef)) };
    $ask->('GET', $warm) if $warm;
    my $got = $ask->($method, $url);
    return {error => $got->status_line} if ($got->header('Client-Warning') // '') eq 'Internal response';
    my $told = {status => $got->code + 0, bytes => length $got->content};
    $told->{note} = $got->message if $got->message ne 'OK' && $got->code == 200;
    $told->{note} = 'header Client-Aborted or X-Died: ' . ($got->header('X-Died') // $got->header('Client-Aborted'))
        if $got->header('X-Died') || $got->header('Client-Aborted');
    return $told;
}

sub by_tiny {
    require HTTP::Tiny;
    my $http = HTTP::Tiny->new;
    $http->get($warm, {headers => \%headers}) if $warm;
    my $got = $http->request($method, $url, {headers => \%headers, $method eq 'POST' ? (content => $body) : ()});
    return {error => "599 $got->{content}"} if $got->{status} == 599;
    return {status => $got->{status} + 0, bytes => length $got->{content}};
}

print encode_json($library eq 'LWP' ? by_lwp() : by_tiny()), "\n";
