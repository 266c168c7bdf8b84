package dev.reveille.protocols.resources;

import java.util.Optional;

/// Judges where a hub elsewhere is when it is linked, by the rules by which pushes leave. Used from
/// any thread; must not block.
@FunctionalInterface
public interface LinkUrls {
  /// Why nothing may be sent there; empty when it may.
  Optional<String> refusal(String url);
}
