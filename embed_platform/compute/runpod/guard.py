"""A key for a server that asks for none; pure.

RunPod's proxy is open to everybody, and Ollama has no key. In front of it stand a few lines of
Perl, which is in every Debian and Ubuntu image: a request without the key never reaches the server.
"""

from __future__ import annotations

# One request per connection, because the proxy may send several people's through one. No quotes
# and no backslashes: the text passes through JSON, a shell and whatever the vendor does with both.
_PERL = """
use strict; use IO::Socket::INET; use IO::Select;
$SIG{CHLD} = q(IGNORE);
my $line = chr(13).chr(10);
my $door = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 128, ReuseAddr => 1) or die;
my $end = join $line, q(), q(Content-Length: 0), q(Connection: close), q(), q();
sub say_no { syswrite($_[0], qq(HTTP/1.1 $_[1]).$end); exit }
sub all_of { my ($to, $text) = @_;
  while (length $text) { my $sent = syswrite($to, $text) or exit; substr($text, 0, $sent) = q() } }
while (1) {
  my $guest = $door->accept or next;
  if (fork) { close $guest; next }
  close $door;
  my $read = q();
  while (index($read, $line.$line) < 0) { exit if length $read > 65536; sysread($guest, my $part, 65536) or exit; $read .= $part }
  my ($head) = split /$line$line/, $read, 2;
  my ($first, @fields) = split /$line/, $head;
  my @keys = grep { s/^authorization: *bearer +//i } @fields;
  say_no($guest, q(401 Unauthorized)) unless @keys == 1 and $keys[0] eq $ENV{EMBED_SERVER_KEY};
  my $to = IO::Socket::INET->new(PeerAddr => q(127.0.0.1), PeerPort => $ENV{INNER_PORT})
    or say_no($guest, q(502 Bad Gateway));
  substr($read, index($read, $line), 0) = $line.q(Connection: close);
  all_of($to, $read);
  my $both = IO::Select->new($guest, $to);
  while (my @ready = $both->can_read) { for my $from (@ready) {
    sysread($from, my $part, 65536) or exit;
    all_of($from == $guest ? $to : $guest, $part);
  } }
}
"""


def guarded(server: str, port_variable: str) -> str:
    """A shell command that serves behind the key of EMBED_SERVER_KEY, at PORT.

    Args:
        server: shell command that serves on the loopback.
        port_variable: environment variable of the port that it serves on.
    """
    script = " ".join(_PERL.replace("INNER_PORT", port_variable).split())
    return f"(while true; do perl -e '{script}'; sleep 1; done) & {server}"
