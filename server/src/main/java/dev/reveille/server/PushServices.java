package dev.reveille.server;

import dev.reveille.http.server.EventLoops;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.CredentialCheck;
import dev.reveille.push.apns.ApnsApps;
import dev.reveille.push.apns.ApnsSender;
import dev.reveille.push.apns.ApnsSettings;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.OperatorAlerts;
import dev.reveille.push.fcm.FcmSender;
import dev.reveille.push.fcm.FcmSettings;
import dev.reveille.push.seal.SealingSender;
import dev.reveille.routing.Directory;
import dev.reveille.routing.Senders;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The push services this server speaks to. Their senders learn an app's credentials from the
/// store, again after each change.
final class PushServices implements AutoCloseable {
  private final Stores store;
  private final Directory people;
  private final AllowedHosts allowed;
  private final ApnsSender apple;
  private final FcmSender google;
  private final List<CountedSender> counted;
  private final List<Sender> all;

  private PushServices(
      final Stores store,
      final Directory people,
      final AllowedHosts allowed,
      final EventLoops loops,
      final UnaryOperator<Sender> wrap,
      final InstantSource clock) {
    this.store = store;
    this.people = people;
    this.allowed = allowed;
    this.apple =
        new ApnsSender(
            this::appleApp,
            loops.group(),
            ApnsSettings.DEFAULT.withAllowed(allowed),
            clock,
            OperatorAlerts.LOG);
    this.google =
        new FcmSender(
            this::googleApp,
            loops.group(),
            FcmSettings.DEFAULT.withAllowed(allowed),
            clock,
            OperatorAlerts.LOG);
    this.counted =
        List.of(
            new CountedSender(new SealingSender(apple, clock)),
            new CountedSender(new SealingSender(google, clock)));
    this.all = counted.stream().<Sender>map(wrap).toList();
  }

  /// @param allowed hosts that credentials may name
  /// @param wrap given the sender of each service, answers the one to use
  static PushServices connect(
      final Stores store,
      final Directory people,
      final AllowedHosts allowed,
      final EventLoops loops,
      final UnaryOperator<Sender> wrap,
      final InstantSource clock) {
    final var services = new PushServices(store, people, allowed, loops, wrap, clock);
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
    apple.forget(app);
    google.forget(app);
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

  /// What is wrong with a credential; looks at it only, without a request.
  Optional<CredentialCheck.Fault> fault(final Credential credential) {
    final var mistake =
        switch (credential) {
          case Credential.Apns apns -> ApnsSender.mistake(apns, allowed);
          case Credential.Fcm fcm -> FcmSender.mistake(fcm, allowed);
        };
    // no service refused them yet: the operator who hands them in has to correct them
    return mistake.map(found ->
        new CredentialCheck.Fault(
            found.why() == Reason.CREDENTIALS_REFUSED ? Reason.MALFORMED : found.why(),
            found.words()));
  }

  @Override
  public void close() {
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
