package dev.reveille.push.apns;

import dev.reveille.http.client.PoolSettings;
import dev.reveille.model.Credential;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.SigningKey;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A sender and Apple's simulator, wired together on loopback.
final class ApnsStage extends SenderStage {
  static final String BUNDLE = "org.example.softphone";
  static final PoolSettings QUICK =
      PoolSettings.DEFAULT
          .withRetry(Duration.ofMillis(20), Duration.ofMillis(200))
          .withQueuePatience(Duration.ofSeconds(10));

  static final AllowedHosts HERE = AllowedHosts.SERVICES.with(List.of("127.0.0.1"));

  final AppleSimulator apple;
  final SigningKey key;
  final List<String> alertWords = new CopyOnWriteArrayList<>();
  final CredentialReports reports;
  final ApnsSender sender;
  volatile Optional<ApnsApps.ApnsApp> app;

  ApnsStage() {
    this(
        AppleOptions.DEFAULT,
        ApnsSettings.DEFAULT.withPool(QUICK).withBreaker(Duration.ofSeconds(1)));
  }

  ApnsStage(final AppleOptions options, final ApnsSettings settings) {
    super("apns-test");
    apple = AppleSimulator.start(options.withClock(clock));
    reports =
        new CredentialReports(
            PushService.APNS,
            clock,
            (_, why, words) -> {
              alerts.add(why);
              alertWords.add(words);
            });
    key = apple.makeKey();
    app = Optional.of(new ApnsApps.ApnsApp(BUNDLE, credential(key)));
    sender =
        new ApnsSender(
            id -> id.equals(APP) ? app : Optional.empty(),
            loops,
            settings.withAllowed(HERE),
            clock,
            reports);
  }

  Credential.Apns credential(final SigningKey signing) {
    return new Credential.Apns(
        signing.team(),
        signing.keyId(),
        signing.pem(),
        apple.production(),
        apple.sandbox(),
        apple.authorityPem());
  }

  /// A token as it is registered with us and known to Apple.
  PushAddress.Direct address(final PushChannel channel) {
    return address(channel, false);
  }

  PushAddress.Direct address(final PushChannel channel, final boolean sandbox) {
    final String topic = channel == PushChannel.MESSAGE ? BUNDLE : BUNDLE + ".voip";
    return at(apple.newToken(topic, sandbox), channel, sandbox);
  }

  PushAddress.Direct at(final String token, final PushChannel channel, final boolean sandbox) {
    return new PushAddress.Direct(
        PushService.APNS, channel, APP, sandbox, new PushToken(token), registered());
  }

  @Override
  public Sender sender() {
    return sender;
  }

  @Override
  public Push ring() {
    return ring(address(PushChannel.VOIP));
  }

  @Override
  public int arrived(final Push push) {
    return apple.pushes(push.to().token().value()).size();
  }

  @Override
  public void cutOnce() {
    apple.fault(Fault.of(Fault.Action.CUT));
  }

  @Override
  protected void closeService() {
    apple.close();
  }
}
