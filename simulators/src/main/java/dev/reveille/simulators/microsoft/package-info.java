/// Microsoft's two push services on loopback, WNS and MPNS, with the token services in front of
/// them: HTTP/1.1 over TLS, the real refusals, and faults on request.
///
/// It is a witness for whatever sends to Microsoft, so it is written from the vendor's rules and
/// shares no code with a sender. [MicrosoftSimulator] is the front: one HTTPS listener for all of
/// it, and a plain control port.
///
/// ```
///   sender --HTTP/1.1 over TLS--> CallerHttp1 --> MicrosoftService
///                                     |              |-- /accesstoken.srf, /T/oauth2/v2.0/token
///                                     |              |     MicrosoftTokens: identities, bearers
///                                     |              |-- /?token=...            WnsCalls
///                                     |              |-- /throttledthirdparty/  MpnsCalls
///                              Faults: what the      v   /unthrottledthirdparty/
///                              test ordered     WindowsChannels: states, what waits while offline
///                                                    |
///   device <--endless lines of JSON------------------+   (the device's connection to Microsoft)
/// ```
@NullMarked
package dev.reveille.simulators.microsoft;

import org.jspecify.annotations.NullMarked;
