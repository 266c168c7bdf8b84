/// SIP over TCP and TLS on Netty (RFC 3261 section 18): listeners, connections that we open, and
/// what keeps both alive and bounded.
///
/// [SipTransport] is the front: it listens and connects on event loops that are its owner's. A
/// [SipConnection] is the same on both sides: requests go over it in both directions. Its
/// transactions, its reader and its timers belong to its event loop; what other threads ask of it
/// is carried there.
///
/// ```
///   bytes -> StreamReader -> Transactions -> SipHandler (on the event loop; must not block)
///   SipConnection.request, respond (from any thread) -> Transactions -> bytes
/// ```
///
/// No connection has a timer of its own: each event loop looks over its connections ten times a
/// second. No queue of bytes grows without bound: a peer that does not read is read no more, and
/// then disconnected.
@NullMarked
package dev.reveille.sip.transport;

import org.jspecify.annotations.NullMarked;
