package dev.reveille.protocols.resources;

import dev.reveille.model.Secret;
import java.util.Optional;

/// A communication resource as it is in memory, with what pushes need of its link.
///
/// @param key of the hub that it is linked to
/// @param trouble why there is none; "" when there is, or no link
record KnownResource(CommunicationResource resource, Optional<Secret> key, String trouble) {}
