package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A registration of a notification hub, the older kind beside installations, as clients and hub
/// exchange it.
///
/// @param id "" in a request that leaves it to the path
/// @param eTag without quotes; "" in a request that has none
/// @param expiresAt empty in requests: the hub sets it
/// @param template empty for one that takes native notifications
public record HubRegistration(
    RegistrationKind kind,
    String id,
    String eTag,
    Optional<Instant> expiresAt,
    List<Tag> tags,
    Map<String, String> pushVariables,
    PnsHandle handle,
    Optional<TemplateParts> template) {
  public HubRegistration {
    tags = List.copyOf(tags);
    pushVariables = Map.copyOf(pushVariables);
    final int parts =
        switch (handle) {
          case PnsHandle.Single _ -> 1;
          case PnsHandle.Baidu _ -> 2;
          case PnsHandle.Browser _ -> 3;
        };
    if (parts != kind.handle().size()) {
      throw new IllegalArgumentException(
          "a handle of " + kind + " has " + kind.handle().size() + " parts, not " + parts);
    }
  }

  /// The parts of a template registration beside its handle and tags.
  ///
  /// @param name "" when it has none; 200 characters at most
  /// @param expiry a text or an expression, of Apple only; "" when there is none
  /// @param priority the same
  /// @param headers in the order in which they came, each a text or an expression
  public record TemplateParts(
      String body, String name, String expiry, String priority, Map<String, String> headers) {
    public static final int LONGEST_NAME = 200;

    public TemplateParts {
      headers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(headers));
    }
  }

  /// The same with what the hub sets.
  public HubRegistration as(final String newId, final String newETag, final Instant until) {
    return new HubRegistration(
        kind, newId, newETag, Optional.of(until), tags, pushVariables, handle, template);
  }
}
