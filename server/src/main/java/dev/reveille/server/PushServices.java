package dev.reveille.server;

import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.server.EventLoops;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.Lane;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.CredentialCheck;
import dev.reveille.push.apns.ApnsApps;
import dev.reveille.push.apns.ApnsSender;
import dev.reveille.push.apns.ApnsSettings;
import dev.reveille.push.apns.AppleCertificate;
import dev.reveille.push.app.CredentialExpiry;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.Mistake;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.app.Pkcs12File;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.fcm.FcmSender;
import dev.reveille.push.fcm.FcmSettings;
import dev.reveille.push.hub.HubSender;
import dev.reveille.push.hub.LinkedHubs;
import dev.reveille.push.mpns.MpnsService;
import dev.reveille.push.seal.SealingSender;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.push.webpush.PushReceipts;
import dev.reveille.push.webpush.VapidKeys;
import dev.reveille.push.webpush.WebPushService;
import dev.reveille.push.wns.WnsService;
import dev.reveille.routing.Directory;
import dev.reveille.routing.RelayReports;
import dev.reveille.routing.Senders;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.WorkKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens the senders of all push services that are served, and closes them. They read an app's
/// credentials from the store, again after each change. Also checks credentials before they are
/// kept ([CredentialCheck]).
final class PushServices implements AutoCloseable, CredentialCheck {
  /// Shown where the real words do not fit into a push.
  private static final String PLACEHOLDER = "New message";

  /// A trial that takes longer says so.
  private static final Duration TRIAL_PATIENCE = Duration.ofSeconds(10);

  /// No phone has it.
  private static final PushToken MADE_UP = new PushToken("made-up-token-of-a-test");

  private static final Set<Reason> TOKENS_FAULT =
      EnumSet.of(Reason.TOKEN_BAD, Reason.TOKEN_RETIRED, Reason.TOKEN_WRONG_SENDER);

  private final Stores store;
  private final Directory people;
  private final WayOut wayOut;
  private final InstantSource clock;
  private final ApnsSender apple;
  private final FcmSender google;
  private final UrlSender<?> browsers;
  private final PushReceipts receipts;
  private final UrlSender<?> windows;
  private final UrlSender<?> windowsPhones;
  private final HubSender linked;
  private final Map<PushService, CredentialReports> reports = new EnumMap<>(PushService.class);
  private final List<CountedSender> counted;
  private final List<Sender> all;
  private volatile @Nullable RelayReports told;

  private PushServices(
      final Stores store,
      final Directory people,
      final WayOut wayOut,
      final EventLoops loops,
      final UnaryOperator<Sender> wrap,
      final LinkedHubs hubs,
      final List<Sender> more,
      final InstantSource clock) {
    this.store = store;
    this.people = people;
    this.wayOut = wayOut;
    this.clock = clock;
    for (final var service : PushService.values()) {
      reports.put(service, new CredentialReports(service, clock, OperatorAlerts.LOG));
    }
    this.apple =
        new ApnsSender(
            this::appleApp,
            loops.group(),
            ApnsSettings.DEFAULT.withWayOut(wayOut),
            clock,
            reports(PushService.APNS));
    this.google =
        new FcmSender(
            this::googleApp,
            loops.group(),
            FcmSettings.DEFAULT.withWayOut(wayOut),
            clock,
            reports(PushService.FCM));
    final var toBrowsers = UrlSettings.of(wayOut);
    this.receipts = new PushReceipts(loops.group(), toBrowsers, this::received);
    this.browsers =
        sender(new WebPushService(PLACEHOLDER, clock, receipts), toBrowsers, loops, clock);
    final var toWindows = UrlSettings.of(wayOut);
    final var wns = new WnsService(PLACEHOLDER, toWindows, loops.group(), clock);
    this.windows = sender(wns, toWindows, loops, clock);
    final var toPhones = UrlSettings.of(wayOut);
    this.windowsPhones =
        sender(new MpnsService(PLACEHOLDER, toPhones, loops.group()), toPhones, loops, clock);
    final var toApple = new CountedSender(new SealingSender(apple, clock));
    final var toGoogle = new CountedSender(new SealingSender(google, clock));
    this.linked =
        new HubSender(
            hubs,
            toApple,
            toGoogle,
            loops.group(),
            UrlSettings.ofHubs(wayOut),
            clock,
            reports(PushService.HUB));
    this.counted = counted(toApple, toGoogle, more);
    this.all = counted.stream().<Sender>map(wrap).toList();
  }

  private List<CountedSender> counted(
      final CountedSender toApple, final CountedSender toGoogle, final List<Sender> more) {
    final var sealing = new ArrayList<Sender>(List.of(browsers, windows, windowsPhones));
    sealing.addAll(more);
    final var all = new ArrayList<>(List.of(toApple, toGoogle));
    sealing.forEach(one -> all.add(new CountedSender(new SealingSender(one, clock))));
    all.add(new CountedSender(linked));
    return List.copyOf(all);
  }

  private <A extends KnownApps.Account> UrlSender<A> sender(
      final UrlService<A> service,
      final UrlSettings settings,
      final EventLoops loops,
      final InstantSource clock) {
    return new UrlSender<>(
        service,
        app -> store.secrets().credentials(app, service.service()),
        loops.group(),
        settings,
        clock,
        reports(service.service()));
  }

  /// Receipts of browsers go there from now on.
  void tellReceiptsTo(final RelayReports receipts) {
    told = receipts;
  }

  private void received(
      final WorkKey work,
      final Lane lane,
      final int attempt,
      final boolean has,
      final Duration after) {
    final var to = told;
    if (to != null) {
      to.receipt(work, lane, attempt, has, after);
    }
  }

  PushReceipts receipts() {
    return receipts;
  }

  private CredentialReports reports(final PushService service) {
    return Objects.requireNonNull(reports.get(service));
  }

  /// What linked hubs say of their keys.
  CredentialReports reportsOfHubs() {
    return reports(PushService.HUB);
  }

  /// What each service says of the apps' credentials.
  List<CredentialReports> reports() {
    return List.copyOf(reports.values());
  }

  /// @param wayOut how pushes leave this machine
  /// @param wrap given the sender of each service, answers the one to use
  /// @param hubs which hub an app is linked to
  /// @param more senders beside those of the push services
  static PushServices connect(
      final Stores store,
      final Directory people,
      final WayOut wayOut,
      final EventLoops loops,
      final UnaryOperator<Sender> wrap,
      final LinkedHubs hubs,
      final List<Sender> more,
      final InstantSource clock) {
    final var services = new PushServices(store, people, wayOut, loops, wrap, hubs, more, clock);
    store
        .registry()
        .onChange(change -> {
          if (change instanceof Registry.Change.AppChanged(var app)) {
            services.forget(app);
          }
        });
    return services;
  }

  Senders senders() {
    return Senders.of(all);
  }

  List<CountedSender> counted() {
    return counted;
  }

  private void forget(final AppId app) {
    reports.values().forEach(each -> each.forget(app)); // before the senders
    apple.forget(app);
    google.forget(app);
    browsers.forget(app);
    windows.forget(app);
    windowsPhones.forget(app);
    linked.forget(app);
  }

  private Optional<ApnsApps.ApnsApp> appleApp(final AppId id) {
    final var found = store.secrets().credentials(id, PushService.APNS);
    return found.isEmpty()
        ? Optional.empty()
        : people.app(id).map(app -> new ApnsApps.ApnsApp(app.bundleId(), found));
  }

  private List<AppCredential> googleApp(final AppId id) {
    return store.secrets().credentials(id, PushService.FCM);
  }

  /// What is wrong with a credential; looks at it only, asks no service.
  @Override
  public Optional<CredentialCheck.Fault> fault(final Credential credential) {
    final var mistake =
        switch (credential) {
          case Credential.Apns apns -> ApnsSender.mistake(apns, wayOut.allowed());
          case Credential.ApnsCertificate shown ->
              ApnsSender.mistake(
                  shown, wayOut.allowed(), "", PushEnvironment.BOTH, clock.instant());
          case Credential.Fcm fcm -> FcmSender.mistake(fcm, wayOut.allowed());
          case Credential.WebPush web -> browsers.mistake(web);
          case Credential.Wns wns -> windows.mistake(wns);
          case Credential.Mpns mpns -> windowsPhones.mistake(mpns);
        };
    return mistake.map(PushServices::fault);
  }

  /// No service refused them yet: the operator who hands them in has to correct them.
  private static CredentialCheck.Fault fault(final Mistake found) {
    return new CredentialCheck.Fault(
        found.why() == Reason.CREDENTIALS_REFUSED ? Reason.MALFORMED : found.why(), found.words());
  }

  @Override
  public Optional<CredentialCheck.Fault> unfit(
      final Credential.ApnsCertificate credential,
      final String bundleId,
      final PushEnvironment environment) {
    return ApnsSender.mistake(credential, wayOut.allowed(), bundleId, environment, clock.instant())
        .map(PushServices::fault);
  }

  @Override
  public Optional<CredentialCheck.Coverage> coverage(final Credential.ApnsCertificate credential) {
    try {
      final var read = AppleCertificate.withoutKey(credential);
      return Optional.of(
          new CredentialCheck.Coverage(read.bundleId(), read.topics(), read.environment()));
    } catch (IllegalArgumentException _) { // one that another version kept
      return Optional.empty();
    }
  }

  @Override
  public CredentialCheck.PemIdentity opened(final byte[] pkcs12, final String password) {
    final var file = Pkcs12File.open(pkcs12, password);
    return new CredentialCheck.PemIdentity(file.certificate(), file.key());
  }

  @Override
  public CredentialCheck.Trial tried(final Credential.Fcm credential, final PushToken token) {
    try {
      final var result = google.tried(credential, token, TRIAL_PATIENCE);
      return new CredentialCheck.Trial(Optional.ofNullable(result.why()), result.words());
    } catch (IllegalArgumentException e) {
      final var mistake = Mistake.of(e);
      return new CredentialCheck.Trial(Optional.of(mistake.why()), mistake.words());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new CredentialCheck.Trial(Optional.of(Reason.SHUTTING_DOWN), "");
    }
  }

  /// Asks a service whether it takes a credential, with a token that is made up; nothing is shown.
  /// Blocks until it answered, ten seconds at most. Of a service that cannot be asked so, empty.
  ///
  /// @param bundleId of the app
  Optional<CredentialCheck.Trial> tried(final AppCredential one, final String bundleId) {
    try {
      return switch (one.credential()) {
        case Credential.Apns _, Credential.ApnsCertificate _ -> {
          final var result = apple.tried(one, bundleId, TRIAL_PATIENCE);
          yield Optional.of(
              new CredentialCheck.Trial(Optional.ofNullable(result.why()), result.words()));
        }
        case Credential.Fcm fcm -> {
          final var trial = tried(fcm, MADE_UP);
          final boolean isToken =
              trial.why().filter(TOKENS_FAULT::contains).isPresent(); // so the key is good
          yield Optional.of(
              isToken ? new CredentialCheck.Trial(Optional.empty(), trial.words()) : trial);
        }
        case Credential.WebPush _, Credential.Wns _, Credential.Mpns _ -> Optional.empty();
      };
    } catch (IllegalArgumentException e) {
      final var mistake = Mistake.of(e);
      return Optional.of(new CredentialCheck.Trial(Optional.of(mistake.why()), mistake.words()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.of(new CredentialCheck.Trial(Optional.of(Reason.SHUTTING_DOWN), ""));
    }
  }

  @Override
  public Optional<Instant> ends(final Credential credential) {
    return CredentialExpiry.of(credential);
  }

  @Override
  public Credential.WebPush newWebPush(final String subject, final boolean silent) {
    return VapidKeys.fresh(subject, silent);
  }

  /// Judges a push address that is a URL.
  ///
  /// @throws PublicUrl.Refused when nothing may be sent there
  PublicUrl judged(final PushService service, final String url) {
    return switch (service) {
      case WEB_PUSH -> browsers.judged(url);
      case WNS -> windows.judged(url);
      case MPNS -> windowsPhones.judged(url);
      case APNS, FCM, HUB -> throw new IllegalArgumentException(service + " has no URLs");
    };
  }

  @Override
  public void close() {
    receipts.close();
    final var closing =
        all.stream().map(sender -> Thread.ofVirtual().start(sender::close)).toList();
    try {
      for (final var one : closing) {
        one.join();
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
