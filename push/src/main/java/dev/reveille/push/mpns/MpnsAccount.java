package dev.reveille.push.mpns;

import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.ClientTarget.ClientIdentity;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.url.UrlSettings;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The connections of one app to MPNS. An app with a certificate has connections of its own,
/// because MPNS identifies the sender by the connection's certificate.
final class MpnsAccount implements KnownApps.Account {
  private final @Nullable OriginPools pools;

  /// @throws IllegalArgumentException that begins with the field that is wrong
  MpnsAccount(
      final Credential.Mpns credential, final UrlSettings settings, final EventLoopGroup loops) {
    this.pools =
        MpnsIdentity.of(credential)
            .map(identity ->
                new OriginPools(
                    "mpns-certificate",
                    loops,
                    settings.pool(),
                    settings.mostOrigins(),
                    settings.limit(),
                    url -> target(url, settings, identity)))
            .orElse(null);
  }

  private static ClientTarget target(
      final PublicUrl url, final UrlSettings settings, final ClientIdentity identity) {
    final var way = settings.wayOut();
    final var target = way.toStranger(PushService.MPNS, url, HttpVersions.HTTP_1_1);
    if (!url.https()) {
      return target; // the operator allowed plain text, where there is no certificate to show
    }
    final var host = url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
    return target.withIdentity(
        way.trust().getOrDefault(host + ":" + url.port(), List.of()), identity);
  }

  /// Null for an app without a certificate.
  @Nullable OriginPools pools() {
    return pools;
  }

  @Override
  public void close() {
    if (pools != null) {
      pools.close();
    }
  }
}
