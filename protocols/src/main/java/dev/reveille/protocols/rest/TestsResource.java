package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.DomainName;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.federation.Diagnosis;
import dev.reveille.protocols.federation.DiagnosisCode;
import dev.reveille.protocols.federation.EdgeTrial;
import dev.reveille.protocols.federation.SyntheticTests;
import dev.reveille.protocols.federation.TestReport;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.sip.digest.DigestAlgorithm;
import dev.reveille.sip.message.SipUri;
import org.jspecify.annotations.Nullable;

/// Synthetic tests of the way to partners, and of the way of phones: `POST /v1/tests/federation`,
/// `/v1/tests/push` and `/v1/tests/edge`. They are answered 200 with a report, whatever they found.
/// Thread-safe.
final class TestsResource {
  private volatile @Nullable SyntheticTests tests;

  /// From now on tests are run; before they are refused.
  void offer(final SyntheticTests offered) {
    tests = offered;
  }

  Answer federation(final Request request) {
    request.need(Right.MANAGE);
    final var domain = request.body("domain").value("domain", DomainName::of);
    return run(one -> one.federation(request.organisation(), domain.value()));
  }

  Answer edge(final Request request) {
    request.need(Right.MANAGE);
    final var body = request.body("user", "password", "pool", "algorithm");
    final var attempt =
        new EdgeTrial.Attempt(
            body.value("user", TestsResource::address),
            body.required("password"),
            body.text("pool").orElse(""),
            body.maybe("algorithm", TestsResource::algorithm));
    try {
      return run(one -> one.edge(request.organisation(), attempt));
    } catch (final EdgeTrial.NoSuchPool unknown) {
      throw Refusal.malformed("pool", String.valueOf(unknown.getMessage()));
    } catch (final EdgeTrial.ForeignUser foreign) {
      throw Refusal.malformed("user", String.valueOf(foreign.getMessage()));
    }
  }

  private static SipUri address(final String text) {
    return SipUri.parse(text.startsWith("sip:") ? text : "sip:" + text)
        .filter(uri -> !uri.user().isEmpty())
        .orElseThrow(() ->
            new IllegalArgumentException("must be a SIP address such as sip:anna@example.org"));
  }

  private static DigestAlgorithm algorithm(final String text) {
    return DigestAlgorithm.of(text)
        .filter(_ -> !text.isEmpty())
        .orElseThrow(() -> new IllegalArgumentException("must be SHA-256 or MD5"));
  }

  Answer push(final Request request) {
    request.need(Right.MANAGE);
    final boolean platform = request.body("platform").flag("platform").orElse(false);
    return run(one -> one.push(request.organisation(), platform));
  }

  /// One test.
  @FunctionalInterface
  private interface Run {
    TestReport on(SyntheticTests tests) throws InterruptedException;
  }

  private Answer run(final Run run) {
    final var offered = tests;
    if (offered == null) {
      throw new Refusal(
          Reason.NOT_CONFIGURED, "federation is not configured: see `federation` in the file");
    }
    try {
      final var report = run.on(offered);
      return Answers.json(200, out -> write(out, report));
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.SHUTTING_DOWN, "");
    }
  }

  private static void write(final JsonOut out, final TestReport report) {
    out.text("targetFqdn", report.target());
    out.text("at", report.at().toString());
    report.result().ifPresent(result -> out.text("result", result.word()));
    out.text("latency", report.latency().toString());
    out.text("error", report.error());
    out.text("diagnosis", report.why().map(TestsResource::inWords).orElse(""));
    report
        .why()
        .ifPresent(why -> {
          out.number("code", why.number());
          out.text("source", why.source());
          out.text("remedy", why.code().map(DiagnosisCode::remedy).orElse(""));
        });
    out.objects(
        "steps",
        report.steps(),
        (each, step) -> {
          each.text("step", step.step().word());
          each.text("state", step.state().word());
          each.text("meaning", step.step().meaning());
          if (!step.words().isEmpty()) {
            each.text("found", step.words());
          }
        });
  }

  private static String inWords(final Diagnosis why) {
    final var words = new StringBuilder(why.reason());
    why.details()
        .forEach((name, value) -> words.append(' ').append(name).append('=').append(value));
    return words.toString();
  }
}
