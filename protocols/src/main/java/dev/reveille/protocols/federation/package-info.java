/// Federation over SIP and mutual TLS (RFC 3261, RFC 5922, RFC 5923): whether a message may pass
/// between this organisation and a partner, where the partner is found, and the connections to it.
///
/// [dev.reveille.protocols.federation.AccessEdge] is the front class.
@NullMarked
package dev.reveille.protocols.federation;

import org.jspecify.annotations.NullMarked;
