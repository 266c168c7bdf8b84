package dev.reveille.push.fcm;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientPool;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.PoolListener;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.TokenEndpoint;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One service account of Google, with what it takes to send for its project: access token,
/// connections and the project's limits. Apps with the same account share it.
final class FcmAccount implements KnownApps.Account {
  private static final String GOOGLE = "https://fcm.googleapis.com";
  private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
  private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");

  private record Headers(AccessToken.Issued token, HeaderSet set) {}

  private final String name;
  private final String authority;
  private final byte[] path;
  private final FcmBlocks blocks;
  private final AccessToken token;
  private final ClientPool pool;
  private final ProjectLimit project;
  private final DeviceLimits devices = new DeviceLimits(System.nanoTime());
  private volatile @Nullable Headers headers;

  /// @throws IllegalArgumentException that says what is wrong with the credentials
  FcmAccount(
      final Credential.Fcm credential,
      final FcmSettings settings,
      final EventLoopGroup loops,
      final InstantSource clock) {
    final var account = account(credential, settings.wayOut().allowed());
    final var where = endpoint(credential, settings.wayOut().allowed());
    final var anchors = Endpoint.certificates(credential.trust());
    this.name = account.project();
    this.blocks = FcmBlocks.of(credential);
    this.authority = where.authority();
    this.path =
        ("/v1/projects/" + account.project() + "/messages:send")
            .getBytes(StandardCharsets.US_ASCII);
    this.token =
        new AccessToken(
            tokens(account, anchors, settings, loops, new GoogleStatement(account, clock)), clock);
    this.project = new ProjectLimit(settings.messagesPerMinute(), System.nanoTime());
    final var target =
        settings.wayOut().toService(PushService.FCM, where.url(), anchors, HttpVersions.HTTP_2);
    this.pool =
        new ClientPool(
            "fcm " + target + " " + account.project(),
            loops,
            settings.shards(),
            target,
            settings.pool(),
            PoolListener.NONE);
  }

  private static TokenEndpoint tokens(
      final ServiceAccountFile account,
      final List<X509Certificate> anchors,
      final FcmSettings settings,
      final EventLoopGroup loops,
      final GoogleStatement statement) {
    final var url = PublicUrl.of(account.tokenUri().toString(), AddressGuard.OPERATOR, false);
    return new TokenEndpoint(
        url,
        settings.wayOut().toService(PushService.FCM, url, anchors, HttpVersions.EITHER),
        settings.tokenPatience(),
        loops,
        settings.pool(),
        statement);
  }

  /// Looks at credentials without using them.
  ///
  /// @throws IllegalArgumentException that says what is wrong
  static void check(final Credential.Fcm credential, final AllowedHosts allowed) {
    account(credential, allowed);
    endpoint(credential, allowed);
    Endpoint.certificates(credential.trust());
    FcmBlocks.of(credential);
  }

  private static ServiceAccountFile account(
      final Credential.Fcm credential, final AllowedHosts allowed) {
    final var account = parsed(credential.serviceAccount());
    allowed.check("token_uri", account.tokenUri());
    return account;
  }

  /// Complaints begin with the field of the request.
  private static ServiceAccountFile parsed(final String file) {
    try {
      return ServiceAccountFile.parse(file);
    } catch (IllegalArgumentException mistake) {
      throw new IllegalArgumentException("serviceAccount: " + mistake.getMessage(), mistake);
    }
  }

  private static Endpoint endpoint(final Credential.Fcm credential, final AllowedHosts allowed) {
    return Endpoint.of("endpoint", credential.endpoint(), GOOGLE, allowed);
  }

  AccessToken token() {
    return token;
  }

  ClientPool pool() {
    return pool;
  }

  /// What the project is called.
  String name() {
    return name;
  }

  /// What its messages carry beside the message itself.
  FcmBlocks blocks() {
    return blocks;
  }

  ProjectLimit project() {
    return project;
  }

  DeviceLimits devices() {
    return devices;
  }

  byte[] path() {
    return path;
  }

  /// The same object for as long as the token lasts, because connections remember its compressed
  /// form. A race makes two equal ones, which costs nothing but a moment.
  HeaderSet headers(final AccessToken.Issued issued) {
    final var known = headers;
    if (known != null && known.token() == issued) {
      return known.set();
    }
    final var made =
        HeaderSet.post(authority)
            .with(AUTHORIZATION, issued.header())
            .with(CONTENT_TYPE, "application/json");
    headers = new Headers(issued, made);
    return made;
  }

  @Override
  public void close() {
    token.close();
    pool.close();
  }
}
