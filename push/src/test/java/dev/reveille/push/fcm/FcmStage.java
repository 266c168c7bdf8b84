package dev.reveille.push.fcm;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.simulators.google.GoogleOptions;
import dev.reveille.simulators.google.GoogleSimulator;
import dev.reveille.simulators.google.ServiceAccount;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// A sender and Google's simulator, wired together on loopback.
final class FcmStage extends SenderStage {
  static final String PROJECT = "example-softphone";
  static final FcmSettings QUICK =
      FcmSettings.DEFAULT
          .withBreaker(Duration.ofSeconds(1))
          .withPool(
              PoolSettings.DEFAULT
                  .withRetry(Duration.ofMillis(20), Duration.ofMillis(200))
                  .withQueuePatience(Duration.ofSeconds(10)));

  static final AllowedHosts HERE = AllowedHosts.SERVICES.with(List.of("127.0.0.1"));

  final GoogleSimulator google;
  volatile ServiceAccount account;
  final FcmSender sender;
  volatile Optional<Credential.Fcm> app;

  /// Beside the default one.
  volatile List<AppCredential> others = List.of();

  FcmStage() {
    this(GoogleOptions.DEFAULT, QUICK);
  }

  FcmStage(final GoogleOptions options, final FcmSettings settings) {
    super("fcm-test");
    google = GoogleSimulator.start(options.withClock(clock));
    account = google.makeAccount(PROJECT);
    app = Optional.of(credential(account));
    sender =
        new FcmSender(
            id -> id.equals(APP) ? credentials() : List.of(),
            loops,
            settings.withAllowed(HERE),
            clock,
            (_, why, _) -> alerts.add(why));
  }

  private List<AppCredential> credentials() {
    return Stream.concat(app.map(AppCredential::new).stream(), others.stream()).toList();
  }

  /// Begins anew with an account that nothing has been sent for: no quota used, nothing refused.
  void fresh() {
    google.clearFaults();
    alerts.clear();
    account =
        new ServiceAccount(
            PROJECT,
            "sender-" + UUID.randomUUID() + "@example.org",
            UUID.randomUUID().toString(),
            account.pair(),
            google.tokenUri());
    google.register(account, true);
    app = Optional.of(credential(account));
    sender.forget(APP);
  }

  Credential.Fcm credential(final ServiceAccount of) {
    return new Credential.Fcm(of.json(), google.endpoint(), google.authorityPem());
  }

  /// A token as it is registered with us and known to Google.
  PushAddress.Direct address() {
    return at(google.newToken(PROJECT));
  }

  PushAddress.Direct at(final String token) {
    return new PushAddress.Direct(
        PushService.FCM, PushChannel.MESSAGE, APP, false, new PushToken(token), registered());
  }

  @Override
  public Sender sender() {
    return sender;
  }

  @Override
  public Push ring() {
    return ring(address());
  }

  @Override
  public int arrived(final Push push) {
    return google.messages(push.to().token().value()).size();
  }

  @Override
  public void cutOnce() {
    google.fault(Fault.of(Fault.Action.CUT));
  }

  @Override
  protected void closeService() {
    google.close();
  }
}
