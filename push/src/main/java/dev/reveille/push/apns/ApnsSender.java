package dev.reveille.push.apns;

import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.PoolListener;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.push.apns.CurrentCredentials.Found;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.Mistake;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.PushRequest;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends pushes through Apple's push service (APNs). Thread-safe; [#send] never blocks.
///
/// An app's credentials are looked up once; call [#forget] after a change, so that the next push
/// looks them up again.
public final class ApnsSender implements Sender {
  private static final Logger LOG = LoggerFactory.getLogger(ApnsSender.class);

  /// 1 for an ASCII character that is no hexadecimal digit.
  private static final byte[] NOT_HEX = new byte[128];

  static {
    for (char c = 0; c < NOT_HEX.length; c++) {
      NOT_HEX[c] = (byte) (Character.digit(c, 16) < 0 ? 1 : 0);
    }
  }

  private final ApnsApps directory;
  private final EventLoopGroup loops;
  private final ApnsSettings settings;
  private final InstantSource clock;
  private final OperatorAlerts alerts;
  private final ApnsPayload payloads;
  private final ApnsVerdicts verdicts;
  private final BackgroundLimit backgrounds;
  private final KnownApps<ApnsAccount, AppTopics> apps;

  /// @param loops carry the connections and tell the outcomes; they stay the caller's
  public ApnsSender(
      final ApnsApps directory,
      final EventLoopGroup loops,
      final ApnsSettings settings,
      final InstantSource clock,
      final OperatorAlerts alerts) {
    this.directory = directory;
    this.loops = loops;
    this.settings = settings;
    this.clock = clock;
    this.alerts = alerts;
    this.payloads = new ApnsPayload(settings.placeholder());
    this.backgrounds = new BackgroundLimit(clock);
    this.apps = new KnownApps<>("apns", clock, this::made, this::send);
    this.verdicts = new ApnsVerdicts(payloads, clock, this::instead, apps::takeBack);
  }

  @Override
  public SenderId id() {
    return PushService.APNS.sender();
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    final var batch = new Batch(outcomes);
    for (final var push : group) {
      final var app = apps.known(push.to().app());
      if (app != null) {
        batch.add(push, state(app, push, batch.now));
      } else {
        apps.lookUp(push, outcomes);
      }
    }
    batch.send();
  }

  private void send(final List<Push> group, final Outcomes outcomes, final AppTopics app) {
    final var batch = new Batch(outcomes);
    group.forEach(push -> batch.add(push, state(app, push, batch.now)));
    batch.send();
  }

  private ApnsApp state(final AppTopics app, final Push push, final Instant now) {
    final var to =
        push.content() instanceof PushContent.Native ? app.forNative(push.to()) : push.to();
    return app.isNarrow() ? app.of(to, form(push), now) : app.of(to, now);
  }

  private Found instead(final ApnsRequest refused) {
    final var known = apps.known(refused.push().to().app());
    if (known == null) {
      return new Found.Unread();
    }
    final var now = clock.instant();
    final var app = state(known, refused.push(), now);
    return app.closed(refused.sandbox, now) != null
            || app.account(refused.sandbox) == refused.account()
        ? new Found.Same()
        : new Found.Others(app);
  }

  /// Any form for a push that has none: it is refused a moment later.
  private static ApnsForm form(final Push push) {
    final var channel = push.to().channel();
    return switch (push.content()) {
      case PushContent.Native given -> prepared(given, channel).form();
      case PushContent.Ours ours ->
          channel == PushChannel.VOIP ? PushForm.VOIP : PushForm.of(ours, channel);
    };
  }

  /// The app's credentials or its bundle id changed.
  public void forget(final AppId app) {
    apps.forget(app);
  }

  @Override
  public void close() {
    apps.close();
  }

  private AppTopics made(final AppId id) {
    final Optional<ApnsApps.ApnsApp> found;
    try {
      found = directory.find(id);
    } catch (RuntimeException e) {
      LOG.error("the credentials of app {} could not be read", id, e);
      final var words = "the app's credentials could not be read";
      return AppTopics.always(unusable(id, Reason.INTERNAL, words), false);
    }
    if (found.isEmpty() || found.get().credentials().isEmpty()) {
      return AppTopics.always(unusable(id, Reason.NOT_CONFIGURED, ""), true);
    }
    final var app = found.get();
    final var keys = new HashMap<CredentialId, KeyState>();
    app.credentials().forEach(each -> keys.put(each.id(), key(id, each)));
    return new AppTopics(
        app.bundleId(),
        app.credentials(),
        keys,
        (topics, topic, whole, now) -> state(id, topics, topic, whole, now));
  }

  private ApnsApp state(
      final AppId id,
      final AppTopics topics,
      final String topic,
      final String whole,
      final Instant now) {
    final var wrongId = mistake(topic);
    if (wrongId.isPresent()) {
      alerts.alert(id, Reason.NO_BUNDLE_ID, wrongId.get());
      return unusable(id, Reason.NO_BUNDLE_ID, wrongId.get());
    }
    final var words = "none of its credentials is for " + whole + " there: " + topics.inWords();
    final var none = key(id, alerts, Reason.NOT_CONFIGURED, words);
    return new ApnsApp(
        topic,
        topics.key(false, topic, whole, now, none),
        topics.key(true, topic, whole, now, none),
        topics.isNarrow());
  }

  private KeyState key(final AppId id, final AppCredential credential) {
    final var told = alerts.about(credential.id());
    try {
      return switch (credential.credential()) {
        case Credential.Apns apns ->
            key(
                id,
                told,
                apps.account(
                    apns, () -> ApnsAccount.of(apns, settings, loops, clock, PoolListener.NONE)));
        case Credential.ApnsCertificate shown ->
            key(
                id,
                told,
                apps.account(
                    shown, () -> ApnsAccount.of(shown, settings, loops, PoolListener.NONE)));
        case Credential.Fcm _, Credential.WebPush _, Credential.Wns _, Credential.Mpns _ ->
            throw new IllegalArgumentException(
                "the credential is for another service than Apple's");
      };
    } catch (IllegalArgumentException e) {
      final var mistake = Mistake.of(e);
      told.alert(id, mistake.why(), mistake.words());
      return key(id, told, mistake.why(), mistake.words());
    }
  }

  private KeyState key(final AppId id, final OperatorAlerts told, final ApnsAccount account) {
    return new KeyState(account, standing(id, told, null), standing(id, told, null));
  }

  private KeyState key(
      final AppId id, final OperatorAlerts told, final Reason why, final String words) {
    final var wrong = standing(id, told, new CredentialStanding.Closed(why, words));
    return new KeyState(null, wrong, wrong);
  }

  private ApnsApp unusable(final AppId id, final Reason why, final String words) {
    final var wrong = key(id, alerts, why, words);
    return new ApnsApp("", wrong, wrong, false);
  }

  private CredentialStanding standing(
      final AppId id, final OperatorAlerts told, final CredentialStanding.@Nullable Closed wrong) {
    return new CredentialStanding(id, wrong, settings.breaker(), clock, told);
  }

  /// What is wrong with a bundle id, in one sentence.
  public static Optional<String> mistake(final String bundleId) {
    if (bundleId.isEmpty()) {
      return Optional.of("the app has no bundle id");
    }
    if (bundleId.endsWith(".voip")) {
      return Optional.of(
          "the bundle id must be given without `.voip`; the suffix is added to calls");
    }
    return bundleId.chars().allMatch(c -> c > 0x20 && c < 0x7F)
        ? Optional.empty()
        : Optional.of("the bundle id holds a character that no bundle id has");
  }

  /// What is wrong with credentials; looks at them only, without a request.
  public static Optional<Mistake> mistake(
      final Credential.Apns credential, final AllowedHosts allowed) {
    try {
      Endpoint.checkBare("endpoint", credential.endpoint());
      Endpoint.checkBare("sandboxEndpoint", credential.sandboxEndpoint());
      ApnsAccount.check(credential, allowed);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(Mistake.of(e));
    }
  }

  /// The same for a certificate, and whether it is one for this use.
  ///
  /// @param bundleId under which pushes go out, or "" where that is not known yet
  public static Optional<Mistake> mistake(
      final Credential.ApnsCertificate credential,
      final AllowedHosts allowed,
      final String bundleId,
      final PushEnvironment environment,
      final Instant now) {
    try {
      Endpoint.checkBare("endpoint", credential.endpoint());
      Endpoint.checkBare("sandboxEndpoint", credential.sandboxEndpoint());
      ApnsAccount.check(credential, allowed);
      AppleCertificate.of(credential).checkFor(bundleId, environment, now);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(Mistake.of(e));
    }
  }

  /// Asks Apple with a token that is made up whether it takes a credential, in production where the
  /// credential is for that. Blocks until Apple answered.
  ///
  /// @param bundleId the topic, unless the credential is for another one
  /// @throws IllegalArgumentException when the credential cannot be used
  public ApnsTrial.Result tried(
      final AppCredential one, final String bundleId, final Duration patience)
      throws InterruptedException {
    final var account =
        switch (one.credential()) {
          case Credential.Apns apns ->
              ApnsAccount.of(apns, settings, loops, clock, PoolListener.NONE);
          case Credential.ApnsCertificate shown ->
              ApnsAccount.of(shown, settings, loops, PoolListener.NONE);
          case Credential.Fcm _, Credential.WebPush _, Credential.Wns _, Credential.Mpns _ ->
              throw new IllegalArgumentException(
                  "the credential is for another service than Apple's");
        };
    try {
      final var topic = one.scope().isEmpty() ? bundleId : one.scope();
      final var shown = account.certificate();
      final boolean inProduction =
          one.environment().covers(false) && (shown == null || shown.covers(false, topic));
      return ApnsTrial.of(account, topic, !inProduction, clock.instant(), patience);
    } finally {
      account.close();
    }
  }

  // ---- a group ----

  /// What a push looks like on its way.
  ///
  /// @param wrong why it has none
  private record Shape(
      ApnsForm form, byte[] payload, Extent extent, byte[] collapse, @Nullable Refused wrong) {
    static Shape wrong(final Reason why, final String words) {
      return new Shape(
          PushForm.ALERT, new byte[0], Extent.WHOLE, new byte[0], Refused.byUs(why, words));
    }
  }

  /// A native push that was looked at; the addresses of a send share its content.
  private record Prepared(PushChannel channel, Shape shape) implements PushContent.Prepared {}

  @Override
  public PushContent.Native prepare(final PushContent.Native content, final PushChannel channel) {
    return content.with(new Prepared(channel, asGiven(content, channel)));
  }

  private static Shape prepared(final PushContent.Native given, final PushChannel channel) {
    return given.prepared() instanceof Prepared(var its, var shape) && its == channel
        ? shape
        : asGiven(given, channel);
  }

  /// What is wrong with it is its caller's mistake, told in the trail.
  private static Shape asGiven(final PushContent.Native given, final PushChannel channel) {
    try {
      final var form = new NativeForm(given, channel);
      return given.body().length() > form.limit()
          ? Shape.wrong(
              Reason.PAYLOAD_TOO_LARGE,
              given.body().length() + " bytes; at most " + form.limit() + " for " + form.type())
          : new Shape(form, given.body().toArray(), Extent.WHOLE, new byte[0], null);
    } catch (IllegalArgumentException e) {
      return Shape.wrong(Reason.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  /// Requests of one group, gathered per pool. Not shared between threads.
  private final class Batch {
    private final Outcomes outcomes;
    private final Instant now = clock.instant();
    private final long nanoNow = System.nanoTime();
    private final Map<ClientPool, List<ApnsRequest>> perPool = new HashMap<>(4);
    private @Nullable ClientPool lastPool;
    private List<ApnsRequest> lastList = List.of();
    private final JsonBytes json = new JsonBytes();
    private @Nullable PushContent lastContent;
    private @Nullable NotificationStyle lastStyle;
    private @Nullable Seal lastSeal;
    private @Nullable Shape lastShape;
    private long lastExpires;

    Batch(final Outcomes outcomes) {
      this.outcomes = outcomes;
    }

    void add(final Push push, final ApnsApp app) {
      final var shut = app.closed(push.to().sandbox(), now);
      if (shut != null) {
        outcomes.outcome(push, shut);
        return;
      }
      final var shape = shape(push);
      if (shape.wrong() instanceof final Refused wrong) {
        outcomes.outcome(push, wrong);
        return;
      }
      if (!isPathSafe(push.to().token().value())) {
        outcomes.outcome(push, Refused.byUs(Reason.TOKEN_NOT_USABLE, "it is not hexadecimal"));
        return;
      }
      final long left = Duration.between(now, push.deadline()).toMillis();
      if (left <= 0) {
        outcomes.outcome(push, Refused.byUs(Reason.TOO_LATE_TO_ALERT, ""));
        return;
      }
      final var told =
          shape.form() == PushForm.BACKGROUND ? backgrounds.admit(push, outcomes) : outcomes;
      if (told == null) {
        return; // it waits, or folded
      }
      final long sendBy = PushRequest.sendBy(nanoNow, left);
      to(app.pool(push.to().sandbox()))
          .add(
              new ApnsRequest(
                  push,
                  app,
                  shape.form(),
                  shape.payload(),
                  shape.extent(),
                  shape.collapse(),
                  sendBy,
                  told,
                  verdicts));
    }

    /// Form and payload. A fan-out says the same to many: they are made once.
    private Shape shape(final Push push) {
      final var channel = push.to().channel();
      return switch (push.content()) {
        case PushContent.Native given -> prepared(given, channel);
        case PushContent.Ours ours -> {
          try {
            yield fitting(push, ours, PushForm.of(ours, channel));
          } catch (IllegalArgumentException e) {
            LOG.error("event {}: {}", push.event(), e.getMessage());
            yield Shape.wrong(Reason.BAD_REQUEST, String.valueOf(e.getMessage()));
          }
        }
      };
    }

    private Shape fitting(final Push push, final PushContent.Ours content, final PushForm form) {
      final long expires = push.deadline().getEpochSecond();
      final var known = lastShape;
      if (known != null
          && content == lastContent
          && push.style() == lastStyle
          && push.seal() == lastSeal
          && form == known.form()
          && expires == lastExpires) {
        return known;
      }
      byte[] payload = {};
      var fits = Extent.WHOLE;
      for (final var extent : Extent.values()) {
        fits = extent;
        payload = payloads.build(json, content, push.style(), push.seal(), form, expires, extent);
        if (payload.length <= form.limit()) {
          break;
        }
      }
      if (payload.length > form.limit()) {
        LOG.error("event {}: a push of {} bytes does not fit", push.event(), payload.length);
        return Shape.wrong(Reason.PAYLOAD_TOO_LARGE, "");
      }
      final var made = new Shape(form, payload, fits, CollapseId.bytes(content.collapse()), null);
      lastShape = made;
      lastContent = content;
      lastStyle = push.style();
      lastSeal = push.seal();
      lastExpires = expires;
      return made;
    }

    private List<ApnsRequest> to(final ClientPool pool) {
      if (pool != lastPool) {
        lastPool = pool;
        lastList = perPool.computeIfAbsent(pool, _ -> new ArrayList<>());
      }
      return lastList;
    }

    void send() {
      perPool.forEach(ClientPool::send);
    }
  }

  private static boolean isPathSafe(final String token) {
    int wrong = 0; // no branch per character: which of them are digits cannot be foreseen
    for (int i = 0; i < token.length(); i++) {
      final char c = token.charAt(i);
      wrong |= NOT_HEX[c & 0x7F] | c >> 7;
    }
    return wrong == 0;
  }
}
