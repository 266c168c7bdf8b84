package dev.reveille.push.apns;

import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.PoolListener;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.KnownApps;
import io.netty.channel.EventLoopGroup;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;

/// A team's key and its two hosts. Apple binds a connection to team and key, so the pools are kept
/// here; apps with the same credentials share them, and one provider token.
final class ApnsAccount implements KnownApps.Account {
  private static final String PRODUCTION = "https://api.push.apple.com";
  private static final String SANDBOX = "https://api.sandbox.push.apple.com";
  private static final Pattern TEN = Pattern.compile("[A-Z0-9]{10}");

  private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
  private static final HeaderName TOPIC = HeaderName.of("apns-topic");
  private static final HeaderName TYPE = HeaderName.of("apns-push-type");
  private static final HeaderName PRIORITY = HeaderName.of("apns-priority");

  private final ProviderToken token;
  private final Site production;
  private final Site sandbox;

  /// One host and its connections.
  private record Site(String authority, ClientPool pool) {}

  /// @throws IllegalArgumentException that says what is wrong with the credentials
  ApnsAccount(
      final Credential.Apns credential,
      final ApnsSettings settings,
      final EventLoopGroup loops,
      final InstantSource clock,
      final PoolListener listener) {
    check(credential, settings.wayOut().allowed());
    final var key = key(credential);
    final var anchors = Endpoint.certificates(credential.trust());
    this.token =
        new ProviderToken(
            credential.team(), credential.keyId(), key, settings.tokenRefresh(), clock);
    this.production =
        site(
            credential,
            production(credential, settings.wayOut().allowed()),
            anchors,
            settings,
            loops,
            listener);
    this.sandbox =
        site(
            credential,
            sandbox(credential, settings.wayOut().allowed()),
            anchors,
            settings,
            loops,
            listener);
  }

  /// Looks at credentials and signs with the key once; asks no service.
  ///
  /// @throws IllegalArgumentException that says what is wrong
  static void check(final Credential.Apns credential, final AllowedHosts allowed) {
    if (!TEN.matcher(credential.team()).matches() || !TEN.matcher(credential.keyId()).matches()) {
      throw new IllegalArgumentException("team and key id have ten characters of A-Z and 0-9 each");
    }
    key(credential);
    production(credential, allowed);
    sandbox(credential, allowed);
    Endpoint.certificates(credential.trust());
  }

  /// Complaints begin with the field of the request.
  private static PrivateKey key(final Credential.Apns credential) {
    try {
      return ApnsKey.parse(credential.key());
    } catch (IllegalArgumentException mistake) {
      throw new IllegalArgumentException("key: " + mistake.getMessage(), mistake);
    }
  }

  private static Endpoint production(final Credential.Apns credential, final AllowedHosts allowed) {
    return Endpoint.of("endpoint", credential.endpoint(), PRODUCTION, allowed);
  }

  private static Endpoint sandbox(final Credential.Apns credential, final AllowedHosts allowed) {
    return Endpoint.of("sandboxEndpoint", credential.sandboxEndpoint(), SANDBOX, allowed);
  }

  private static Site site(
      final Credential.Apns credential,
      final Endpoint where,
      final List<X509Certificate> anchors,
      final ApnsSettings settings,
      final EventLoopGroup loops,
      final PoolListener listener) {
    final var target =
        settings.wayOut().toService(PushService.APNS, where.url(), anchors, HttpVersions.HTTP_2);
    final String name = "apns " + target + " " + credential.team() + "/" + credential.keyId();
    return new Site(
        where.authority(),
        new ClientPool(name, loops, settings.shards(), target, settings.pool(), listener));
  }

  ProviderToken token() {
    return token;
  }

  /// Host and port of an environment.
  String authority(final boolean inSandbox) {
    return (inSandbox ? sandbox : production).authority();
  }

  ClientPool pool(final boolean inSandbox) {
    return (inSandbox ? sandbox : production).pool();
  }

  /// The headers that all pushes of one topic, form and environment share while the token lasts.
  HeaderSet headers(
      final ProviderToken.Signed signed,
      final ApnsForm form,
      final String topic,
      final boolean inSandbox) {
    final var set =
        HeaderSet.post(authority(inSandbox))
            .with(AUTHORIZATION, signed.header())
            .with(TOPIC, form.topic(topic))
            .with(TYPE, form.type());
    return form.priority().isEmpty() ? set : set.with(PRIORITY, form.priority());
  }

  void retireConnections(final String why) {
    production.pool().retireConnections(why);
    sandbox.pool().retireConnections(why);
  }

  @Override
  public void close() {
    final var other = Thread.ofVirtual().start(() -> sandbox.pool().close());
    production.pool().close();
    try {
      other.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
