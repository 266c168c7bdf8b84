/// Apple's push service on loopback: the real protocol, the real refusals, and faults on request.
///
/// It is a witness for servers that send to Apple, so it is written from the vendor's rules and
/// shares no code with a sender. [AppleSimulator] is the front: one HTTPS listener for production,
/// one for the sandbox, and a plain control port.
///
/// ```
///   sender --HTTP/2 over TLS--> PushConnection --> PushRules: headers, topic, size
///                                    |             ProviderTokens: signature, age, team and key
///                                    |             Faults: what the test ordered to go wrong
///                                    v
///                                Devices: token states, one stored push per token while offline
///                                    |
///   phone  <--endless lines of JSON--+   (holding this stream is the phone's connection to Apple)
/// ```
///
/// In quick mode it only counts and answers: then it serves as the sink of a measurement.
@NullMarked
package dev.reveille.simulators.apple;

import org.jspecify.annotations.NullMarked;
