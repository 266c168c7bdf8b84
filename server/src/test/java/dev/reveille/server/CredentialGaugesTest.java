package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.WayOut;
import dev.reveille.server.CredentialExpiryMonitor.Ending;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rows of credentials stay while these stay, and say what is the case.
final class CredentialGaugesTest {
  private static final Instant END = Instant.parse("2027-03-31T00:00:00Z");
  private static final AppId PHONE = new AppId("com.example.phone");

  private Instant now = END.minusSeconds(100);
  private Instant end = END;
  private final InstantSource clock = () -> now;
  private final CredentialExpiryMonitor watch =
      new CredentialExpiryMonitor(
          app -> List.of(new Ending(app, PushService.MPNS, CredentialId.DEFAULT, end)), clock);
  private final CredentialReports reports =
      new CredentialReports(PushService.APNS, clock, (_, _, _) -> {});
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CredentialGauges rows =
      new CredentialGauges(
          registry,
          new PushHealth(
              watch, List.of(reports), new ProxyCheck(WayOut.DEFAULT), Findings.NONE, clock));

  private Gauge ends() {
    return registry.get("reveille_credential_ends_seconds").gauge();
  }

  private int refused() {
    return registry.find("reveille_credential_refused").gauges().size();
  }

  @Test
  void a_row_is_made_anew_when_its_credential_changed_and_not_before() {
    watch.read(PHONE);
    rows.renew();
    final var first = ends();
    assertEquals(100, first.value());
    now = now.plusSeconds(30);
    rows.renew();
    assertSame(first, ends());
    assertEquals(70, first.value());
    end = END.plusSeconds(1000);
    watch.read(PHONE);
    rows.renew();
    assertNotSame(first, ends());
    assertEquals(1070, ends().value());
  }

  @Test
  void refusals_come_and_go() {
    rows.renew();
    assertEquals(0, refused());
    final var standing =
        new CredentialStanding(
            PHONE, null, Duration.ofSeconds(30), clock, reports.about(CredentialId.DEFAULT));
    standing.close(Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken");
    rows.renew();
    assertEquals(1, refused());
    final var first = registry.get("reveille_credential_refused").gauge();
    rows.renew();
    assertSame(first, registry.get("reveille_credential_refused").gauge());
    standing.open();
    rows.renew();
    assertEquals(0, refused());
  }
}
