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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The connections to Apple for one credential, a team's key or an app's certificate. Apple binds a
/// connection to the key or certificate that it showed, so each account has its own pools for both
/// hosts; apps with the same credential share an account and its provider token.
final class ApnsAccount implements KnownApps.Account {
  private static final String PRODUCTION = "https://api.push.apple.com";
  private static final String SANDBOX = "https://api.sandbox.push.apple.com";

  /// Stands for the token of an account that has none.
  private static final ProviderToken.Signed NO_TOKEN =
      new ProviderToken.Signed("", Instant.EPOCH, Instant.MAX);

  private static final Pattern TEN = Pattern.compile("[A-Z0-9]{10}");

  private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
  private static final HeaderName TOPIC = HeaderName.of("apns-topic");
  private static final HeaderName TYPE = HeaderName.of("apns-push-type");
  private static final HeaderName PRIORITY = HeaderName.of("apns-priority");

  private final @Nullable ProviderToken token;
  private final @Nullable AppleCertificate certificate;
  private final Site production;
  private final Site sandbox;

  /// One host and its connections.
  private record Site(String authority, ClientPool pool) {}

  /// Both hosts of an account, as its credential says.
  private record Hosts(Endpoint production, Endpoint sandbox, List<X509Certificate> anchors) {
    static Hosts of(final Credential.Apns credential, final AllowedHosts allowed) {
      return of(credential.endpoint(), credential.sandboxEndpoint(), credential.trust(), allowed);
    }

    static Hosts of(final Credential.ApnsCertificate credential, final AllowedHosts allowed) {
      return of(credential.endpoint(), credential.sandboxEndpoint(), credential.trust(), allowed);
    }

    private static Hosts of(
        final String production,
        final String sandbox,
        final String trust,
        final AllowedHosts allowed) {
      return new Hosts(
          Endpoint.of("endpoint", production, PRODUCTION, allowed),
          Endpoint.of("sandboxEndpoint", sandbox, SANDBOX, allowed),
          Endpoint.certificates(trust));
    }
  }

  private ApnsAccount(
      final @Nullable ProviderToken token,
      final @Nullable AppleCertificate certificate,
      final Hosts hosts,
      final String name,
      final ApnsSettings settings,
      final EventLoopGroup loops,
      final PoolListener listener) {
    this.token = token;
    this.certificate = certificate;
    this.production = site(hosts.production(), hosts.anchors(), name, settings, loops, listener);
    this.sandbox = site(hosts.sandbox(), hosts.anchors(), name, settings, loops, listener);
  }

  /// One whose requests carry a token that a team's key signed.
  ///
  /// @throws IllegalArgumentException that says what is wrong with the credentials
  static ApnsAccount of(
      final Credential.Apns credential,
      final ApnsSettings settings,
      final EventLoopGroup loops,
      final InstantSource clock,
      final PoolListener listener) {
    check(credential, settings.wayOut().allowed());
    final var token =
        new ProviderToken(
            credential.team(), credential.keyId(), key(credential), settings.tokenRefresh(), clock);
    return new ApnsAccount(
        token,
        null,
        Hosts.of(credential, settings.wayOut().allowed()),
        credential.team() + "/" + credential.keyId(),
        settings,
        loops,
        listener);
  }

  /// One whose connections show a certificate.
  ///
  /// @throws IllegalArgumentException that says what is wrong with the credentials
  static ApnsAccount of(
      final Credential.ApnsCertificate credential,
      final ApnsSettings settings,
      final EventLoopGroup loops,
      final PoolListener listener) {
    final var certificate = AppleCertificate.of(credential);
    return new ApnsAccount(
        null,
        certificate,
        Hosts.of(credential, settings.wayOut().allowed()),
        "certificate of " + certificate.bundleId(),
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
    Hosts.of(credential, allowed);
  }

  /// The same for a certificate, whatever the time and the app.
  ///
  /// @throws IllegalArgumentException that says what is wrong
  static void check(final Credential.ApnsCertificate credential, final AllowedHosts allowed) {
    AppleCertificate.of(credential);
    Hosts.of(credential, allowed);
  }

  /// Complaints begin with the field of the request.
  private static PrivateKey key(final Credential.Apns credential) {
    try {
      return ApnsKey.parse(credential.key());
    } catch (IllegalArgumentException mistake) {
      throw new IllegalArgumentException("key: " + mistake.getMessage(), mistake);
    }
  }

  private Site site(
      final Endpoint where,
      final List<X509Certificate> anchors,
      final String who,
      final ApnsSettings settings,
      final EventLoopGroup loops,
      final PoolListener listener) {
    final var way = settings.wayOut();
    final var target =
        certificate == null
            ? way.toService(PushService.APNS, where.url(), anchors, HttpVersions.HTTP_2)
            : way.toService(
                PushService.APNS,
                where.url(),
                anchors,
                HttpVersions.HTTP_2,
                certificate.identity());
    final String name = "apns " + target + " " + who;
    return new Site(
        where.authority(),
        new ClientPool(name, loops, settings.shards(), target, settings.pool(), listener));
  }

  /// The token for a request that leaves now; [#NO_TOKEN] where the connection shows a certificate.
  ProviderToken.Signed signed() {
    return token == null ? NO_TOKEN : token.current();
  }

  /// Apple says that this token has expired.
  ///
  /// @return whether there is another one now, worth one more try
  boolean expired(final String header) {
    return token != null && token.expired(header);
  }

  /// Apple has seen too many new tokens.
  ///
  /// @return whether there is another one now, worth one more try
  boolean tooMany(final String header) {
    return token != null && token.tooMany(header);
  }

  /// Null for an account with a key, which is good for every topic that Apple lets it send for.
  @Nullable AppleCertificate certificate() {
    return certificate;
  }

  /// Why nothing can be sent now, found without asking Apple; "" where it can.
  String outOfTime(final Instant now) {
    return certificate == null ? "" : certificate.outOfTime(now);
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
    final var start = HeaderSet.post(authority(inSandbox));
    final var set =
        (signed == NO_TOKEN ? start : start.with(AUTHORIZATION, signed.header()))
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
