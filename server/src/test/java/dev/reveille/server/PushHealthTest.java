package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppId;
import dev.reveille.model.CredentialId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.push.app.CredentialStanding;
import dev.reveille.push.app.WayOut;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `check` hears of credentials that a push service refuses.
final class PushHealthTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final AppId HUB = new AppId("hub.default.news");

  private final CredentialReports reports =
      new CredentialReports(PushService.WNS, CLOCK, (_, _, _) -> {});
  private final PushHealth health =
      new PushHealth(
          new CredentialExpiryMonitor(_ -> List.of(), CLOCK),
          List.of(reports),
          new ProxyCheck(WayOut.DEFAULT),
          Findings.NONE,
          CLOCK);

  private CredentialStanding refused(final AppId app) {
    final var standing =
        new CredentialStanding(
            app, null, Duration.ofSeconds(30), CLOCK, reports.about(CredentialId.DEFAULT));
    standing.refused(Reason.CREDENTIALS_REFUSED, "400 invalid_client");
    return standing;
  }

  /// Sends of a hub belong to no user, so no trail of a user's event tells of them.
  @Test
  void a_hubs_refused_credential_is_found_until_it_works() {
    final var standing = refused(HUB);
    final var found = health.find(OrganisationId.FIRST, _ -> true);
    assertEquals(List.of("credentials-refused"), found.stream().map(each -> each.id()).toList());
    final var finding = found.getFirst();
    assertEquals("hub.default.news", finding.about());
    assertTrue(finding.sentence().contains("400 invalid_client"), finding.sentence());
    assertTrue(finding.remedy().contains("reveille hubs credentials"), finding.remedy());
    assertEquals(List.of(), health.find(OrganisationId.FIRST, _ -> false), "another's");
    standing.open();
    assertEquals(List.of(), health.find(OrganisationId.FIRST, _ -> true));
  }

  /// `check` reads those of an app from the trails of its users.
  @Test
  void an_apps_refused_credential_is_left_to_its_trails() {
    refused(new AppId("com.example.phone"));
    assertEquals(List.of(), health.find(OrganisationId.FIRST, _ -> true));
  }
}
