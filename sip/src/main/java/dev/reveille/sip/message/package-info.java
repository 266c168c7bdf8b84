/// SIP messages (RFC 3261): reading them from bytes in pieces of any size, looking into them,
/// making and writing them.
///
/// ```
///   bytes of a stream   -> StreamReader   -+
///                                          +-> SipInput: a message, a refusal that can be answered,
///   bytes of a datagram -> DatagramReader -+             a fault that cannot, a ping, a pong
///   SipRequest, SipResponse -> MessageWriter -> bytes
/// ```
///
/// Messages never change; what alters one makes another. Texts are kept as the bytes that came: one
/// `char` per byte. What is shown to people is decoded as UTF-8 on the way out, so that a byte
/// which is no UTF-8 survives forwarding. Fields keep their order; compact names are written long,
/// a folded field is written on one line.
@NullMarked
package dev.reveille.sip.message;

import org.jspecify.annotations.NullMarked;
