package dev.reveille.server;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.AppId;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubReach.ForeignHub;
import dev.reveille.protocols.resources.HubReach.KeyRefused;
import dev.reveille.protocols.resources.HubReach.OwnHub;
import dev.reveille.protocols.resources.HubReach.Unbound;
import dev.reveille.protocols.resources.HubReach.Unlinked;
import dev.reveille.protocols.resources.LinkUrls;
import dev.reveille.protocols.sas.SharedAccessSignature;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.hub.LinkedHubs;
import java.time.Duration;
import java.util.Optional;

/// Tells the sender for linked hubs which hub an app's devices are reached through, from the links
/// of communication resources. Thread-safe; must not block.
final class HubWays implements LinkedHubs {
  /// A request leaves at once; the rest is for clocks that differ.
  private static final Duration SIGNED_FOR = Duration.ofMinutes(20);

  private final CommunicationResources resources;

  HubWays(final CommunicationResources resources) {
    this.resources = resources;
  }

  /// Judges where hubs elsewhere are as their sender does.
  static LinkUrls judge(final WayOut wayOut) {
    return url -> {
      try {
        final var _ = wayOut.strange(url);
        return Optional.empty();
      } catch (final PublicUrl.Refused refused) {
        return Optional.of(String.valueOf(refused.getMessage()));
      }
    };
  }

  @Override
  public Way of(final AppId app) {
    return switch (resources.reach(app)) {
      case Unbound _ -> new Way.None("the app is bound to no communication resource");
      case Unlinked(var resource) -> new Way.None("resource " + resource);
      case KeyRefused(var resource, var words) ->
          new Way.KeyRefused("resource " + resource + ": " + words);
      case OwnHub(_, var id, var chat, _, var ofHub, var sandbox, var byCertificate) ->
          new Way.Own(id, chat, ofHub, sandbox, byCertificate);
      case final ForeignHub hub ->
          new Way.Foreign(
              hub.immutableId(),
              hub.chat(),
              hub.messages(),
              now ->
                  SharedAccessSignature.sign(
                      "https://" + hub.authority() + "/" + hub.hub(),
                      hub.policy(),
                      hub.key(),
                      now.plus(SIGNED_FOR)));
    };
  }
}
