package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.Product;
import dev.reveille.model.PushService;
import dev.reveille.server.CredentialExpiryMonitor.Ending;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/// The metrics about credentials, one gauge per credential. They are registered anew when
/// credentials came or went; their values are computed at each reading. Belongs to one thread at a
/// time.
final class CredentialGauges {
  private final PushHealth health;
  private final MultiGauge ends;
  private final MultiGauge refused;
  private List<Ending> endings = List.of();
  private List<Tags> refusals = List.of();

  CredentialGauges(final MeterRegistry registry, final PushHealth health) {
    this.health = health;
    this.ends =
        MultiGauge.builder(Product.COMMAND + "_credential_ends_seconds")
            .description("seconds until a certificate or a dated secret ends, below 0 when it did")
            .register(registry);
    this.refused =
        MultiGauge.builder(Product.COMMAND + "_credential_refused")
            .description("1 while the push service refuses the credential")
            .register(registry);
  }

  /// Called before each reading of the registry.
  void renew() {
    final var nowEnding = health.endings().all();
    if (!nowEnding.equals(endings)) {
      ends.register(
          nowEnding.stream()
              .map(each ->
                  MultiGauge.Row.of(
                      tags(each.app(), each.service(), each.credential()),
                      () -> health.left(each).toSeconds()))
              .toList(),
          true);
      endings = nowEnding;
    }
    final var nowRefused =
        health.refused().stream()
            .map(each -> tags(each.app(), each.service(), each.credential()))
            .distinct()
            .toList();
    if (!nowRefused.equals(refusals)) {
      refused.register(nowRefused.stream().map(tags -> MultiGauge.Row.of(tags, 1)).toList(), true);
      refusals = nowRefused;
    }
  }

  private static Tags tags(
      final AppId app, final PushService service, final CredentialId credential) {
    return Tags.of("app", app.value(), "service", service.word(), "credential", credential.value());
  }
}
