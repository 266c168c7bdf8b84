package dev.reveille.protocols.rest;

import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.EventKey;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import dev.reveille.protocols.json.Refusal;
import java.util.function.Supplier;

/// Converts names in a request into identifiers of the model; a name that the model refuses becomes
/// a [Refusal] of the request.
final class Named {
  private Named() {}

  static UserId user(final OrganisationId organisation, final String name) {
    return checked(() -> new UserId(organisation, name));
  }

  static AppId app(final String name) {
    return checked(() -> new AppId(name));
  }

  static InstallationId installation(final String name) {
    return checked(() -> new InstallationId(name));
  }

  static EventKey key(final OrganisationId organisation, final String source, final String id) {
    return checked(() -> new EventKey(organisation, source, id));
  }

  static CallId call(final String text) {
    return checked(() -> CallId.of(text));
  }

  /// @throws Refusal in the model's own words
  static <T> T checked(final Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed("", String.valueOf(e.getMessage()));
    }
  }
}
