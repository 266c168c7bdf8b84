package dev.reveille.push.hub;

import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.AppId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.app.RetryDelays;
import dev.reveille.push.hub.LinkedHubs.Way;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WorkKey;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends calls to the handles of apps that are bound to a communication resource, through the hub
/// that is linked to it at that moment.
///
/// What goes through a hub of this server is handed to the platform's own sender, under the hub's
/// app: its credentials, its environment, its limits. What goes elsewhere is a Direct Send over
/// HTTPS. Nothing of a hub is cached: a link that changed acts at the next push.
///
/// Thread-safe; never blocks.
public final class HubSender implements Sender {
  private static final Logger LOG = LoggerFactory.getLogger(HubSender.class);

  /// Of apps whose standing is remembered; beyond so many all begin anew.
  private static final int MOST_APPS = 10_000;

  private static final int MOST_TOKENS = 10_000;

  private static final String BY_CERTIFICATE =
      "the linked hub opens Apple's service with a certificate; give it a key (token"
          + " authentication)";

  private final LinkedHubs hubs;
  private final Sender apple;
  private final Sender google;
  private final UrlSettings settings;
  private final InstantSource clock;
  private final OperatorAlerts alerts;
  private final OriginPools pools;
  private final HubVerdicts verdicts;
  private final Map<AppId, CredentialStanding> standings = new ConcurrentHashMap<>();

  /// Which of Apple's environments took a push to a token, where that was not the one it was sent
  /// to first; true for the sandbox.
  private final Map<PushToken, Boolean> environments = new ConcurrentHashMap<>();

  /// @param apple sends for hubs of this server, as it does for apps; stays the caller's to close
  /// @param google likewise
  /// @param loops carry the connections and tell the outcomes; they stay the caller's
  public HubSender(
      final LinkedHubs hubs,
      final Sender apple,
      final Sender google,
      final EventLoopGroup loops,
      final UrlSettings settings,
      final InstantSource clock,
      final OperatorAlerts alerts) {
    this.hubs = hubs;
    this.apple = apple;
    this.google = google;
    this.settings = settings;
    this.clock = clock;
    this.alerts = alerts;
    this.pools =
        new OriginPools(
            PushService.HUB.word(),
            loops,
            settings.pool(),
            settings.mostOrigins(),
            settings.limit(),
            url -> settings.wayOut().toStranger(PushService.HUB, url, HttpVersions.EITHER));
    this.verdicts = new HubVerdicts(clock);
  }

  @Override
  public SenderId id() {
    return PushService.HUB.sender();
  }

  /// The app's link, or the hub that it leads to, changed.
  public void forget(final AppId app) {
    standings.remove(app);
  }

  private CredentialStanding standing(final AppId app) {
    if (standings.size() >= MOST_APPS) {
      standings.clear();
    }
    return standings.computeIfAbsent(
        app, _ -> new CredentialStanding(app, null, settings.breaker(), clock, alerts));
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    final var own = new OwnHubs(outcomes);
    final Map<ClientPool, List<HubRequest>> elsewhere = new HashMap<>(2);
    for (final var push : group) {
      switch (hubs.of(push.to().app())) {
        case Way.None(var words) ->
            outcomes.outcome(push, Refused.byUs(Reason.HUB_NOT_LINKED, words));
        case Way.KeyRefused(var words) ->
            outcomes.outcome(
                push, standing(push.to().app()).withhold(Reason.HUB_REFUSES_KEY, words));
        case final Way.Open open -> {
          final var content = content(push, open, outcomes);
          if (content != null) {
            switch (open) {
              case final Way.Own hub -> own.add(push, content, hub);
              case final Way.Foreign hub -> add(elsewhere, push, content, hub, outcomes);
            }
          }
        }
      }
    }
    own.send();
    elsewhere.forEach(ClientPool::send);
  }

  /// What the push says; null when its outcome was told.
  private PushContent.@Nullable Native content(
      final Push push, final Way.Open hub, final Outcomes outcomes) {
    if (!CallingPayload.carries(push, hub.chat())
        || !(push.content() instanceof final PushContent.Ours ours)) {
      outcomes.outcome(push, Refused.byUs(Reason.HUB_CARRIES_CALLS, ""));
      return null;
    }
    final var left = Duration.between(clock.instant(), push.deadline());
    if (!left.isPositive()) {
      outcomes.outcome(push, Refused.byUs(Reason.TOO_LATE_TO_ALERT, ""));
      return null;
    }
    final var life = hub instanceof Way.Foreign ? Optional.of(left) : Optional.<Duration>empty();
    final var made = CallingPayload.of(push, ours, hub.resource(), life);
    if (made.isEmpty()) {
      outcomes.outcome(push, Refused.byUs(Reason.PAYLOAD_TOO_LARGE, ""));
    }
    return made.orElse(null);
  }

  // ---- a hub of this server -------------------------------------------------------------------

  /// @param standing of the app's link when the push left
  private record Asked(Push push, CredentialStanding standing) {}

  /// Pushes of a group that go through hubs of this server.
  private final class OwnHubs {
    private final Outcomes outcomes;
    private final Map<WorkKey, Asked> asked = new ConcurrentHashMap<>();
    private final List<Push> toApple = new ArrayList<>();
    private final List<Push> toGoogle = new ArrayList<>();

    OwnHubs(final Outcomes outcomes) {
      this.outcomes = outcomes;
    }

    void add(final Push push, final PushContent.Native content, final Way.Own hub) {
      final boolean isApple = push.to().scope().equals(PushService.APPLE);
      if (isApple && hub.byCertificate()) {
        outcomes.outcome(push, Refused.byUs(Reason.NOT_CONFIGURED, BY_CERTIFICATE));
        return;
      }
      final var to =
          new PushAddress.Direct(
              isApple ? PushService.APNS : PushService.FCM,
              push.to().channel(),
              hub.app(),
              "",
              isApple
                  && environments.getOrDefault(
                      push.to().token(), hub.sandbox() || push.to().sandbox()),
              push.to().token(),
              push.to().registeredAt(),
              push.to().doubt(),
              Optional.empty());
      asked.put(push.work(), new Asked(push, standing(push.to().app())));
      (isApple ? toApple : toGoogle).add(push.with(to, content));
    }

    void send() {
      if (!toApple.isEmpty()) {
        apple.send(toApple, this::told);
      }
      if (!toGoogle.isEmpty()) {
        google.send(toGoogle, this::told);
      }
    }

    private void told(final Push sent, final DeliveryOutcome outcome) {
      final var one = asked.remove(sent.work());
      if (one == null) {
        LOG.error("{} told the outcome of a push twice", sent.to().service());
        return;
      }
      if (outcome instanceof HandedOver(var receipt, var elsewhere)) {
        one.standing().open();
        outcomes.outcome(
            one.push(), new HandedOver(receipt, tookElsewhere(one.push(), sent.to(), elsewhere)));
      } else {
        outcomes.outcome(one.push(), outcome);
      }
    }

    /// Whether another environment took it than the one that the handle is noted with.
    private boolean tookElsewhere(
        final Push push, final PushAddress.Direct asked, final boolean elsewhere) {
      final boolean bySandbox = asked.sandbox() != elsewhere;
      if (elsewhere) {
        if (environments.size() >= MOST_TOKENS) {
          environments.clear();
        }
        environments.put(asked.token(), bySandbox);
      }
      return push.to().scope().equals(PushService.APPLE) && push.to().sandbox() != bySandbox;
    }
  }

  // ---- a hub elsewhere ------------------------------------------------------------------------

  private void add(
      final Map<ClientPool, List<HubRequest>> perPool,
      final Push push,
      final PushContent.Native content,
      final Way.Foreign hub,
      final Outcomes outcomes) {
    final var standing = standing(push.to().app());
    final var shut = standing.closed();
    if (shut != null) {
      outcomes.outcome(push, shut);
      return;
    }
    final PublicUrl url;
    try {
      url = settings.wayOut().strange(hub.messages());
    } catch (final PublicUrl.Refused refused) {
      final var words = String.valueOf(refused.getMessage());
      standing.refused(Reason.ADDRESS_FORBIDDEN, words);
      outcomes.outcome(push, Refused.byUs(Reason.ADDRESS_FORBIDDEN, words));
      return;
    }
    final long left = Duration.between(clock.instant(), push.deadline()).toMillis();
    final long sendBy = PushRequest.sendBy(System.nanoTime(), left);
    final var pool = pool(url);
    if (pool == null) {
      outcomes.outcome(
          push,
          new TryAgain(
              Reason.SERVICE_BUSY,
              "too many hubs at once",
              clock.instant().plus(RetryDelays.SOON)));
      return;
    }
    perPool
        .computeIfAbsent(pool, _ -> new ArrayList<>())
        .add(
            new HubRequest(
                push, url, content, hub.signature(), sendBy, standing, outcomes, verdicts));
  }

  private @Nullable ClientPool pool(final PublicUrl url) {
    try {
      return pools.of(url);
    } catch (final RuntimeException e) {
      LOG.error("no connections for {}", url, e);
      return null;
    }
  }

  @Override
  public void close() {
    pools.close();
  }
}
