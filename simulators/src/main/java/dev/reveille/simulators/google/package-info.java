/// Google's push service on loopback: OAuth and FCM's HTTP v1 interface with the real refusals, and
/// faults on request.
///
/// It is a witness for servers that send to Google, so it is written from the vendor's rules and
/// shares no code with a sender. [GoogleSimulator] is the front: one HTTPS listener (HTTP/2 and
/// HTTP/1.1) for both the token endpoint and `messages:send`, and a plain control port.
///
/// ```
///   sender --HTTP/2 over TLS--> GoogleConnection --> Google --> AccessTokens: assertion, bearer
///                                      |                |-----> MessageRules: schema, size
///                                      |                |-----> Quotas: per project, per device
///                               Faults: what the test   v
///                               ordered to go wrong   Phones: token states, what waits while offline
///                                                       |
///   phone  <--endless lines of JSON---------------------+   (the phone's connection to Google)
/// ```
@NullMarked
package dev.reveille.simulators.google;

import org.jspecify.annotations.NullMarked;
