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
import dev.reveille.server.CredentialExpiryMonitor.Ending;
import dev.reveille.server.CredentialExpiryMonitor.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Warnings before credentials end, and of those that are refused, by a clock of its own.
final class CredentialExpiryMonitorTest {
  private static final Instant END = Instant.parse("2027-03-31T00:00:00Z");
  private static final AppId PHONE = new AppId("com.example.phone");
  private static final CredentialId OLD = new CredentialId("old");

  private Instant now = END.minus(Duration.ofDays(31));
  private final InstantSource clock = () -> now;
  private final List<Ending> kept =
      new ArrayList<>(List.of(new Ending(PHONE, PushService.MPNS, CredentialId.DEFAULT, END)));
  private final CredentialExpiryMonitor watch =
      new CredentialExpiryMonitor(_ -> List.copyOf(kept), clock);
  private final CredentialReports reports =
      new CredentialReports(PushService.APNS, clock, (_, _, _) -> {});
  private final PushHealth health =
      new PushHealth(watch, List.of(reports), new ProxyCheck(WayOut.DEFAULT), Findings.NONE, clock);

  private void leaves(final Duration left) {
    now = END.minus(left);
  }

  @Test
  void each_level_is_logged_once_as_it_is_crossed() {
    watch.read(PHONE);
    assertEquals(0, watch.look());
    final var crossings =
        List.of(Duration.ofDays(30), Duration.ofDays(7), Duration.ofDays(1), Duration.ZERO);
    for (final var each : crossings) {
      leaves(each.plusSeconds(1));
      assertEquals(0, watch.look(), "a second before " + each);
      leaves(each);
      assertEquals(1, watch.look(), each.toString());
      assertEquals(0, watch.look(), "again at " + each);
    }
    leaves(Duration.ofDays(-3));
    assertEquals(0, watch.look());
  }

  @Test
  void levels_that_were_passed_while_no_server_ran_are_one_line() {
    watch.read(PHONE);
    leaves(Duration.ofHours(3));
    assertEquals(1, watch.look());
    assertEquals(Level.DAY, watch.all().getFirst().level(now));
  }

  @Test
  void a_renewed_credential_is_told_of_anew() {
    watch.read(PHONE);
    leaves(Duration.ofDays(1));
    assertEquals(1, watch.look());
    final var renewed = END.plus(Duration.ofDays(365));
    kept.set(0, new Ending(PHONE, PushService.MPNS, CredentialId.DEFAULT, renewed));
    watch.read(PHONE);
    assertEquals(List.of(), watch.soon());
    now = renewed.minus(Duration.ofDays(30));
    assertEquals(1, watch.look());
  }

  @Test
  void an_app_that_is_gone_is_not_warned_of() {
    watch.read(PHONE);
    kept.clear();
    watch.read(PHONE);
    leaves(Duration.ofDays(1));
    assertEquals(0, watch.look());
    assertEquals(List.of(), health.warnings());
  }

  @Test
  void credentials_that_cannot_be_read_hide_no_others_and_are_read_again() {
    final var sealed = new AppId("com.example.sealed");
    final var broken = new AtomicBoolean(true);
    final var watching =
        new CredentialExpiryMonitor(
            app -> {
              if (app.equals(sealed) && broken.get()) {
                throw new IllegalStateException("cannot be decrypted");
              }
              return List.of(new Ending(app, PushService.MPNS, CredentialId.DEFAULT, END));
            },
            clock);
    leaves(Duration.ofDays(20));
    watching.turn(() -> {
      throw new IllegalStateException("the disk is full");
    });
    watching.turn(() -> List.of(sealed, PHONE));
    assertEquals(List.of(PHONE), watching.soon().stream().map(Ending::app).toList());
    assertEquals(0, watching.look(), "it was told of");
    broken.set(false);
    watching.turn(List::of);
    assertEquals(2, watching.soon().size());
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_change_during_the_first_reading_is_what_stays() throws Exception {
    final var renewed = END.plus(Duration.ofDays(365));
    final var stored = new AtomicReference<>(END);
    final var started = new CountDownLatch(1);
    final var goOn = new CountDownLatch(1);
    final var watching =
        new CredentialExpiryMonitor(
            app -> {
              final var end = Objects.requireNonNull(stored.get());
              if (end.equals(END)) {
                started.countDown();
                await(goOn);
              }
              return List.of(new Ending(app, PushService.MPNS, CredentialId.DEFAULT, end));
            },
            clock);
    final var first = Thread.ofVirtual().start(() -> watching.turn(() -> List.of(PHONE)));
    started.await();
    stored.set(renewed);
    final var change = Thread.ofVirtual().start(() -> watching.read(PHONE));
    change.join(Duration.ofMillis(200)); // it waits for the first reading, or has read by then
    goOn.countDown();
    first.join();
    change.join();
    assertEquals(List.of(renewed), watching.all().stream().map(Ending::end).toList());
  }

  @Test
  void health_names_app_service_end_days_and_level_with_a_remedy() {
    watch.read(PHONE);
    assertEquals(List.of(), health.warnings());
    leaves(Duration.ofDays(6));
    assertEquals(
        List.of(
            "warning credential-ends level=7 days=6 app=com.example.phone service=mpns"
                + " credential=default end=2027-03-31T00:00:00Z: The mpns credential default of the"
                + " app com.example.phone ends at 2027-03-31T00:00:00Z, in 6 days. Make a new one"
                + " at the platform and keep it: `reveille apps credentials com.example.phone mpns"
                + " ...`."),
        health.warnings());
    leaves(Duration.ofHours(-1));
    final var over = health.warnings().getFirst();
    assertTrue(over.contains("level=0 days=0"), over);
    assertTrue(over.contains("ended at 2027-03-31T00:00:00Z."), over);
  }

  // ---- refusals -------------------------------------------------------------------------------

  private CredentialStanding standing() {
    return new CredentialStanding(PHONE, null, Duration.ofSeconds(30), clock, reports.about(OLD));
  }

  @Test
  void a_refused_credential_is_named_until_it_works_again() {
    final var standing = standing();
    standing.close(Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken");
    final var line = health.warnings().getFirst();
    assertTrue(
        line.startsWith(
            "warning credential-refused app=com.example.phone service=apns credential=old since="
                + now
                + " code=RV-209: "),
        line);
    assertTrue(line.contains("(they say: 403 InvalidProviderToken)"), line);
    assertTrue(line.endsWith(Reason.CREDENTIALS_REFUSED.remedy()), line);
    standing.open();
    assertEquals(List.of(), health.warnings());
  }

  @Test
  void a_refusal_of_credentials_that_were_changed_meanwhile_does_not_count() {
    final var former = standing();
    former.close(Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken");
    reports.forget(PHONE);
    assertEquals(List.of(), health.warnings());
    former.close(Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken");
    assertEquals(List.of(), health.warnings());
    standing().close(Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken");
    assertEquals(1, health.warnings().size());
  }

  @Test
  void a_key_of_the_other_environment_is_a_finding_of_its_organisation_alone() {
    standing().close(Reason.CREDENTIALS_REFUSED, "403 InvalidProviderToken");
    assertEquals(List.of(), health.find(OrganisationId.FIRST, _ -> true));
    final var standing = standing();
    standing.close(Reason.CREDENTIALS_REFUSED, "403 BadEnvironmentKeyInToken");
    assertEquals(List.of(), health.find(OrganisationId.FIRST, _ -> false));
    final var found = health.find(OrganisationId.FIRST, PHONE::equals).getFirst();
    assertEquals("key-of-other-environment", found.id());
    assertTrue(found.wrong());
    assertTrue(found.sentence().contains("403 BadEnvironmentKeyInToken"), found.sentence());
    assertTrue(found.remedy().contains("--environment sandbox"), found.remedy());
  }

  @Test
  void addresses_of_the_other_environment_are_counted_per_direction() {
    final var standing = standing();
    standing.tookElsewhere(true);
    standing.tookElsewhere(true);
    standing.tookElsewhere(false);
    final var found = health.find(OrganisationId.FIRST, PHONE::equals);
    assertEquals(2, found.size());
    assertTrue(found.get(0).sentence().contains("1 push was taken by production"));
    assertTrue(found.get(1).sentence().contains("2 pushes were taken by Apple's sandbox"));
    assertTrue(found.get(1).remedy().contains("`sandbox: true`"));
    reports.forget(PHONE);
    assertEquals(List.of(), health.find(OrganisationId.FIRST, PHONE::equals));
  }
}
