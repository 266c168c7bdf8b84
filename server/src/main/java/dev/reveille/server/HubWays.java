package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.protocols.resources.CommunicationResources;
import dev.reveille.protocols.resources.HubReach.ForeignHub;
import dev.reveille.protocols.resources.HubReach.KeyRefused;
import dev.reveille.protocols.resources.HubReach.OwnHub;
import dev.reveille.protocols.resources.HubReach.Unbound;
import dev.reveille.protocols.resources.HubReach.Unlinked;
import dev.reveille.protocols.sas.SharedAccessSignature;
import dev.reveille.push.hub.LinkedHubs;
import java.time.Duration;

/// Tells the sender for linked hubs which hub an app's devices are reached through, from the links
/// of communication resources. Thread-safe; must not block.
final class HubWays implements LinkedHubs {
  /// A request leaves at once; the rest is for clocks that differ.
  private static final Duration SIGNED_FOR = Duration.ofMinutes(20);

  private final CommunicationResources resources;

  HubWays(final CommunicationResources resources) {
    this.resources = resources;
  }

  @Override
  public Way of(final AppId app) {
    return switch (resources.reach(app)) {
      case Unbound _ -> new Way.None("the app is bound to no communication resource");
      case Unlinked(var resource) -> new Way.None("resource " + resource);
      case KeyRefused(var resource, var words) ->
          new Way.KeyRefused("resource " + resource + ": " + words);
      case OwnHub(_, var id, var chat, _, var ofHub, var sandbox) ->
          new Way.Own(id, chat, ofHub, sandbox);
      case final ForeignHub hub ->
          new Way.Foreign(
              hub.immutableId(),
              hub.chat(),
              "https://" + hub.authority() + "/" + hub.hub() + "/messages",
              now ->
                  SharedAccessSignature.sign(
                      "https://" + hub.authority() + "/" + hub.hub(),
                      hub.policy(),
                      hub.key(),
                      now.plus(SIGNED_FOR)));
    };
  }
}
