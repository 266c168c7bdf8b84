/// A Web Push service on loopback with the browsers behind it (RFC 8030, 8291, 8292): HTTP/2 and
/// HTTP/1.1 over TLS, the refusals of a strict service, and faults on request.
///
/// It is a witness for whatever sends Web Push, so it is written from the RFCs and shares no code
/// with a sender. It holds the browsers' private keys and decrypts as a browser does; what it
/// cannot decrypt it accepts, as a real service does, and records as such.
///
/// ```
///   sender --HTTP/2 or 1.1 over TLS--> CallerHttp2, CallerHttp1 --> BrowserService
///                                               |     |-- /push/ID   VapidStatement, EncryptedPayload
///                                               |     |-- /m/ID      a message: DELETE cancels
///                                        Faults: what |-- /r/ID      BrowserReceipts, HeldCall
///                                        the test     v
///                                        ordered   BrowserSubscriptions: states, what waits
///                                                     |
///   browser <--endless lines of JSON------------------+
/// ```
@NullMarked
package dev.reveille.simulators.browser;

import org.jspecify.annotations.NullMarked;
