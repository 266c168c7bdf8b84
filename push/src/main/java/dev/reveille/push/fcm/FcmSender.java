package dev.reveille.push.fcm;

import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.Lane;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.Mistake;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.PushRequest;
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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends pushes through Google's push service (FCM). Thread-safe; [#send] never blocks.
///
/// An app's credentials are looked up once; call [#forget] after a change, so that the next push
/// looks them up again.
public final class FcmSender implements Sender {
  private static final Logger LOG = LoggerFactory.getLogger(FcmSender.class);

  private final FcmApps directory;
  private final EventLoopGroup loops;
  private final FcmSettings settings;
  private final InstantSource clock;
  private final OperatorAlerts alerts;
  private final FcmPayload payloads;
  private final FcmVerdicts verdicts;
  private final KnownApps<FcmAccount, FcmProjects> apps;

  /// @param loops carry the connections and tell the outcomes; they stay the caller's
  public FcmSender(
      final FcmApps directory,
      final EventLoopGroup loops,
      final FcmSettings settings,
      final InstantSource clock,
      final OperatorAlerts alerts) {
    this.directory = directory;
    this.loops = loops;
    this.settings = settings;
    this.clock = clock;
    this.alerts = alerts;
    this.payloads = new FcmPayload(settings.placeholder());
    this.apps = new KnownApps<>("fcm", clock, this::made, this::send);
    this.verdicts = new FcmVerdicts(payloads, clock, apps::takeBack);
  }

  @Override
  public SenderId id() {
    return PushService.FCM.sender();
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    final var batch = new Batch(outcomes);
    for (final var push : group) {
      final var app = apps.known(push.to().app());
      if (app != null) {
        batch.add(push, app.of(push.to()));
      } else {
        apps.lookUp(push, outcomes);
      }
    }
    batch.send();
  }

  private void send(final List<Push> group, final Outcomes outcomes, final FcmProjects app) {
    final var batch = new Batch(outcomes);
    group.forEach(push -> batch.add(push, app.of(push.to())));
    batch.send();
  }

  /// The app's credentials changed.
  public void forget(final AppId app) {
    apps.forget(app);
  }

  @Override
  public void close() {
    apps.close();
  }

  /// What is wrong with credentials; looks at them only, without a request.
  public static Optional<Mistake> mistake(
      final Credential.Fcm credential, final AllowedHosts allowed) {
    try {
      Endpoint.checkBare("endpoint", credential.endpoint());
      FcmAccount.check(credential, allowed);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(Mistake.of(e));
    }
  }

  /// Asks Google whether it would take a message for a token, which shows nothing on the phone and
  /// counts for nothing. Blocks until Google answered.
  ///
  /// @throws IllegalArgumentException when the credential cannot be used
  public FcmTrial.Result tried(
      final Credential.Fcm credential, final PushToken token, final Duration patience)
      throws InterruptedException {
    final var account = new FcmAccount(credential, settings, loops, clock);
    try {
      return FcmTrial.of(account, token, patience);
    } finally {
      account.close();
    }
  }

  private FcmProjects made(final AppId id) {
    final List<AppCredential> found;
    try {
      found = directory.find(id);
    } catch (RuntimeException e) {
      LOG.error("the credentials of app {} could not be read", id, e);
      final var words = "the app's credentials could not be read";
      return FcmProjects.always(unusable(id, alerts, Reason.INTERNAL, words), false);
    }
    if (found.isEmpty()) {
      return FcmProjects.always(unusable(id, alerts, Reason.NOT_CONFIGURED, ""), true);
    }
    final var none =
        unusable(
            id,
            alerts,
            Reason.NOT_CONFIGURED,
            "none of the app's credentials is for the address's project");
    var usual = none;
    final var named = new HashMap<String, FcmApp>();
    for (final var each : found) {
      final var app = app(id, each);
      if (each.id().isDefault()) {
        usual = app;
      } else {
        named.put(each.scope(), app);
      }
    }
    return new FcmProjects(usual, named, none, true);
  }

  private FcmApp app(final AppId id, final AppCredential credential) {
    final var told = alerts.about(credential.id());
    try {
      return switch (credential.credential()) {
        case Credential.Fcm fcm ->
            new FcmApp(
                apps.account(fcm, () -> new FcmAccount(fcm, settings, loops, clock)),
                standing(id, told, null));
        case Credential.Apns _,
            Credential.ApnsCertificate _,
            Credential.WebPush _,
            Credential.Wns _,
            Credential.Mpns _ ->
            throw new IllegalArgumentException(
                "the credential is for another service than Google's");
      };
    } catch (IllegalArgumentException e) {
      final var mistake = Mistake.of(e);
      told.alert(id, mistake.why(), mistake.words());
      return unusable(id, told, mistake.why(), mistake.words());
    }
  }

  private FcmApp unusable(
      final AppId id, final OperatorAlerts told, final Reason why, final String words) {
    return new FcmApp(null, standing(id, told, new CredentialStanding.Closed(why, words)));
  }

  private CredentialStanding standing(
      final AppId id, final OperatorAlerts told, final CredentialStanding.@Nullable Closed wrong) {
    return new CredentialStanding(id, wrong, settings.breaker(), clock, told);
  }

  // ---- a group ----

  /// A native message that was looked at; the addresses of a send share its content.
  ///
  /// @param wrong why there is no message
  private record Prepared(FcmPayload.@Nullable Shared message, @Nullable Refused wrong)
      implements PushContent.Prepared {}

  @Override
  public PushContent.Native prepare(final PushContent.Native content, final PushChannel channel) {
    return content.with(asGiven(content));
  }

  private static Prepared prepared(final PushContent.Native given) {
    return given.prepared() instanceof final Prepared known ? known : asGiven(given);
  }

  private static Prepared asGiven(final PushContent.Native given) {
    if (given.body().length() > NativeMessage.LARGEST) {
      final var words = given.body().length() + " bytes; at most " + NativeMessage.LARGEST;
      return new Prepared(null, Refused.byUs(Reason.PAYLOAD_TOO_LARGE, words));
    }
    try {
      return new Prepared(NativeMessage.of(given), null);
    } catch (IllegalArgumentException e) { // its caller's mistake, told in the trail
      final var words = String.valueOf(e.getMessage());
      return new Prepared(null, Refused.byUs(Reason.BAD_REQUEST, words));
    }
  }

  /// Requests of one group, gathered per account. Not shared between threads.
  private final class Batch {
    private final Outcomes outcomes;
    private final Instant now = clock.instant();
    private final long nanoNow = System.nanoTime();
    private final Map<FcmAccount, List<FcmRequest>> perAccount = new HashMap<>(4);
    private @Nullable PushContent lastContent;
    private @Nullable NotificationStyle lastStyle;
    private @Nullable Seal lastSeal;
    private @Nullable FcmForm lastForm;
    private @Nullable FcmBlocks lastBlocks;
    private FcmPayload.@Nullable Shared lastPayload;
    private long lastExpires;

    Batch(final Outcomes outcomes) {
      this.outcomes = outcomes;
    }

    void add(final Push push, final FcmApp app) {
      final var shut = app.standing().closed();
      if (shut != null) {
        outcomes.outcome(push, shut);
        return;
      }
      final long left = Duration.between(now, push.deadline()).toMillis();
      if (left <= 0) {
        outcomes.outcome(push, Refused.byUs(Reason.TOO_LATE_TO_ALERT, ""));
        return;
      }
      final FcmPayload.Shared payload;
      switch (push.content()) {
        case PushContent.Native given -> {
          final var prepared = prepared(given);
          if (prepared.wrong() instanceof final Refused wrong) {
            outcomes.outcome(push, wrong);
            return;
          }
          payload = Objects.requireNonNull(prepared.message());
        }
        case PushContent.Ours ours -> payload = fitting(push, ours, app.account().blocks());
      }
      if (isHeldBack(push, payload.collapses(), app.account())) {
        return;
      }
      final long sendBy = PushRequest.sendBy(nanoNow, left);
      perAccount
          .computeIfAbsent(app.account(), _ -> new ArrayList<>())
          .add(new FcmRequest(push, app, payload, sendBy, outcomes, verdicts));
    }

    private boolean isHeldBack(final Push push, final boolean collapses, final FcmAccount account) {
      final boolean urgent = push.lane() == Lane.URGENT;
      final long device = account.devices().take(push.to().token(), collapses, urgent, nanoNow);
      if (device > 0) {
        outcomes.outcome(push, verdicts.heldBack(Reason.DEVICE_THROTTLED, device));
        return true;
      }
      final long project = account.project().take(nanoNow, urgent);
      if (project > 0) {
        outcomes.outcome(push, verdicts.heldBack(Reason.SERVICE_THROTTLED, project));
        return true;
      }
      return false;
    }

    /// The message but for its token. A fan-out says the same to many: it is made once.
    private FcmPayload.Shared fitting(
        final Push push, final PushContent.Ours content, final FcmBlocks blocks) {
      final var form = FcmForm.of(content, push.style());
      final long expires = push.deadline().getEpochSecond();
      final var known = lastPayload;
      if (known != null
          && content == lastContent
          && push.style() == lastStyle
          && push.seal() == lastSeal
          && form == lastForm
          && blocks.equals(lastBlocks)
          && expires == lastExpires) {
        return known;
      }
      final var made = payloads.fitting(content, push.style(), push.seal(), form, expires, blocks);
      lastPayload = made;
      lastContent = content;
      lastStyle = push.style();
      lastSeal = push.seal();
      lastForm = form;
      lastBlocks = blocks;
      lastExpires = expires;
      return made;
    }

    void send() {
      perAccount.forEach(verdicts::send);
    }
  }
}
