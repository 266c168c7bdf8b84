/// A name server on loopback (RFC 1035, RFC 2782): the records that a test gives it, over UDP and
/// TCP, and faults for single names on request.
///
/// It is a witness for whatever looks names up, so it knows nothing of a resolver. [DnsSimulator]
/// is the front; what was asked is written down as it came ([AskedName]).
@NullMarked
package dev.reveille.simulators.dns;

import org.jspecify.annotations.NullMarked;
