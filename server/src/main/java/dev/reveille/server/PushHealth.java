package dev.reveille.server;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.protocols.rest.Findings;
import dev.reveille.push.app.CredentialReports;
import dev.reveille.push.app.CredentialReports.Elsewhere;
import dev.reveille.push.app.CredentialReports.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Collects what an operator should know of the push services at this moment: credentials that end,
/// credentials that are refused, proxies that do not answer, environments mixed up. Read by
/// `/health`, the metrics and `reveille check`.
final class PushHealth implements Findings {
  private final CredentialExpiryMonitor endings;
  private final List<CredentialReports> reports;
  private final ProxyCheck proxies;
  private final Findings links;
  private final InstantSource clock;

  /// @param reports one for each push service
  /// @param links what is wrong with links to hubs
  PushHealth(
      final CredentialExpiryMonitor endings,
      final List<CredentialReports> reports,
      final ProxyCheck proxies,
      final Findings links,
      final InstantSource clock) {
    this.endings = endings;
    this.reports = List.copyOf(reports);
    this.proxies = proxies;
    this.links = links;
    this.clock = clock;
  }

  CredentialExpiryMonitor endings() {
    return endings;
  }

  /// Negative when it is over.
  Duration left(final CredentialExpiryMonitor.Ending one) {
    return one.left(clock.instant());
  }

  /// Credentials that their service refuses now.
  List<Refusal> refused() {
    return reports.stream().flatMap(each -> each.refused().stream()).toList();
  }

  /// Lines for `/health`, each with its remedy.
  @Override
  public List<String> warnings() {
    final var now = clock.instant();
    final var lines = new ArrayList<String>();
    for (final var each : endings.soon()) {
      lines.add(
          "warning credential-ends level=%d days=%d app=%s service=%s credential=%s end=%s: %s %s"
              .formatted(
                  each.level(now).days(),
                  each.left(now).toDays(),
                  each.app(),
                  each.service().word(),
                  each.credential(),
                  each.end(),
                  each.sentence(now),
                  each.remedy()));
    }
    for (final var each : refused()) {
      lines.add(
          "warning credential-refused app=%s service=%s credential=%s since=%s code=%s: %s (they say: %s) %s"
              .formatted(
                  each.app(),
                  each.service().word(),
                  each.credential(),
                  each.since(),
                  each.why().code(),
                  each.why().sentence(),
                  each.words(),
                  each.why().remedy()));
    }
    lines.addAll(links.warnings());
    return lines;
  }

  @Override
  public List<Finding> find(final OrganisationId asking, final Predicate<AppId> own) {
    final var findings = new ArrayList<Finding>();
    if (asking.equals(OrganisationId.FIRST)) {
      findings.addAll(proxies.find());
    }
    findings.addAll(links.find(asking, own));
    for (final var report : reports) {
      report.refused().stream()
          .filter(each -> own.test(each.app()))
          .forEach(each -> {
            if (isOfOtherEnvironment(each)) {
              findings.add(otherEnvironment(each));
            } else if (each.app().value().startsWith(Hub.APPS)) {
              findings.add(refusedOfHub(each)); // a hub's sends have no trail of a user
            }
          });
      report.elsewhere().stream()
          .filter(each -> own.test(each.app()))
          .forEach(each -> findings.add(mixed(each)));
    }
    return findings;
  }

  /// Apple's words for a key or a certificate that is for its other environment.
  private static boolean isOfOtherEnvironment(final Refusal refusal) {
    return refusal.words().contains("BadEnvironmentKey")
        || refusal.words().contains("BadCertificateEnvironment");
  }

  private static Finding otherEnvironment(final Refusal refusal) {
    return new Finding(
        true,
        "key-of-other-environment",
        refusal.app().value(),
        "Apple says since "
            + refusal.since()
            + " that the credential "
            + refusal.credential()
            + " is not for the environment in which it is used (they say: "
            + refusal.words()
            + ").",
        "Give one for each environment: `reveille "
            + (refusal.app().value().startsWith(Hub.APPS)
                ? "hubs credentials "
                : "apps credentials ")
            + refusal.app()
            + " apns --id NAME --environment production ...`, and another with `--environment"
            + " sandbox`.");
  }

  private static Finding refusedOfHub(final Refusal refusal) {
    return new Finding(
        true,
        "credentials-refused",
        refusal.app().value(),
        "Since "
            + refusal.since()
            + " the credential "
            + refusal.credential()
            + " of the hub for "
            + refusal.service().word()
            + " is refused (they say: "
            + refusal.words()
            + "), and no notification of the hub goes that way.",
        refusal.why().remedy());
  }

  private static Finding mixed(final Elsewhere seen) {
    final var taker = seen.sandbox() ? "Apple's sandbox" : "production";
    final var said = seen.sandbox() ? "production" : "the sandbox";
    return new Finding(
        false,
        "sandbox-mixed",
        seen.app().value(),
        "Since the start %d %s taken by %s although the app had said that the address is one of %s; the last at %s. The server notes the right one each time, after a failed attempt."
            .formatted(
                seen.times(),
                seen.times() == 1 ? "push was" : "pushes were",
                taker,
                said,
                seen.last()),
        seen.sandbox()
            ? "Let builds that run from Xcode register their tokens with `sandbox: true`."
            : "Let builds of TestFlight and the App Store register their tokens without"
                + " `sandbox`.");
  }
}
