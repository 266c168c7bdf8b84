package dev.reveille.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// An app on a device. Its user is the binding: sign-out leaves the list empty.
///
/// @param generation the client's product generation (`lync-2010`, `lync-2013`, `jabber`, …) or ""
/// @param attributes what the app said about itself, such as `callkit` = `no`
public record Installation(
    InstallationId id,
    OrganisationId organisation,
    AppId app,
    Platform platform,
    int osMajor,
    String generation,
    List<UserId> users,
    List<PushAddress> addresses,
    Map<String, String> attributes,
    Instant registeredAt,
    Instant lastSeen) {

  public Installation {
    users = List.copyOf(users);
    addresses = List.copyOf(addresses);
    attributes = Map.copyOf(attributes);
  }

  /// Apple's call screen is not permitted everywhere; the app says so.
  public boolean callKitPermitted() {
    return !"no".equals(attributes.get("callkit"));
  }
}
