/// SIP transactions (RFC 3261 section 17, with the corrections of RFC 6026 and RFC 4320), without a
/// socket and without a clock: messages and the time go in, messages and the moment of the next
/// timer come out.
///
/// ```
///   what came  -> receive(message, now) -+                       +-> TransactionUser: requests, CANCEL, ACK
///   what is to go -> send / respond ------+->  Transactions  -----+-> ClientListener: responses, the end
///   the time -> advance(now) -------------+        |              +-> Outlet: messages to write
///                                            nextTimerMillis()
/// ```
///
/// One [Transactions] holds those of one connection, or of one UDP peer, and belongs to one thread.
/// It holds at most as many as it is told; a request beyond them is answered 503.
@NullMarked
package dev.reveille.sip.transaction;

import org.jspecify.annotations.NullMarked;
