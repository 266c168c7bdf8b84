package dev.reveille.protocols.resources;

import dev.reveille.model.Secret;
import java.util.Optional;

/// A communication resource as it is in memory, with what pushes need of its link.
///
/// @param key of the hub that it is linked to
/// @param trouble why there is none; "" when there is, or no link
/// @param byCertificate whether the hub of this server that it is linked to opens Apple's service
///   with a certificate alone
record KnownResource(
    CommunicationResource resource, Optional<Secret> key, String trouble, boolean byCertificate) {
  KnownResource with(final boolean certificate) {
    return new KnownResource(resource, key, trouble, certificate);
  }
}
