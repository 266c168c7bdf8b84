package dev.reveille.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Checks the server as a client sees it: its certificates, its clock, and where its master key
/// lies. Sends a few requests, each for ten seconds at most; a listener that does not answer is a
/// finding, not an error.
final class ServerChecks {
  private static final Duration SOON = Duration.ofDays(30);
  private static final Duration LATELY = Duration.ofDays(7);

  /// Apple and Google refuse what is signed an hour off; long before that something is wrong.
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(2);

  private final Api api;

  ServerChecks(final Api api) {
    this.api = api;
  }

  List<Finding> find() {
    final var findings = new ArrayList<Finding>();
    look(api.target().server(), "/v1/reasons/RV-107", findings);
    if (!api.target().devices().isEmpty()) {
      look(api.target().devicesAddress(), "/device/v1/inbox", findings);
    }
    clockSet(findings);
    givenUp(findings);
    lowered(findings);
    masterKey(findings);
    return findings;
  }

  private void look(final URI server, final String path, final List<Finding> findings) {
    final HttpResponse<Void> answer;
    try {
      answer =
          api.http()
              .send(
                  HttpRequest.newBuilder(server.resolve(path))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  BodyHandlers.discarding());
    } catch (IOException e) {
      findings.add(
          Finding.wrong(
              "listener-unreachable",
              server.toString(),
              e instanceof ConnectException
                  ? "Nothing listens there."
                  : "No server answers there as it should: " + e.getMessage() + ".",
              "See that the listener is open towards its clients, and that its certificate is"
                  + " trusted."));
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The check was interrupted.", "");
    }
    if (answer.statusCode() == 404 && path.startsWith("/device/")) {
      findings.add(
          Finding.wrong(
              "listener-unreachable",
              server.toString(),
              "The server at this address is not the device listener.",
              "Give the address of the listener for devices: its port is 9443 unless it is"
                  + " configured, the API's is another."));
    }
    certificate(server, answer, findings);
    answer.headers().firstValue("date").ifPresent(date -> clock(server, date, findings));
  }

  private static void certificate(
      final URI server, final HttpResponse<Void> answer, final List<Finding> findings) {
    if (answer.sslSession().isEmpty()) {
      return;
    }
    try {
      final var chain = answer.sslSession().get().getPeerCertificates();
      for (final var each : chain) {
        if (each instanceof X509Certificate certificate
            && certificate.getNotAfter().toInstant().isBefore(Instant.now().plus(SOON))) {
          findings.add(
              Finding.wrong(
                  "certificate-expires",
                  server.toString(),
                  "The certificate of "
                      + certificate.getSubjectX500Principal().getName()
                      + " ends at "
                      + certificate.getNotAfter().toInstant()
                      + ".",
                  "Put a renewed one in place of the file; it is taken over without a restart."));
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("a trusted server without a certificate", e);
    }
  }

  private static void clock(final URI server, final String date, final List<Finding> findings) {
    final Instant theirs;
    try {
      theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return; // something in between wrote it
    }
    final Duration apart = Duration.between(Instant.now(), theirs).abs();
    if (apart.compareTo(CLOCKS_DIFFER) > 0) {
      findings.add(
          Finding.wrong(
              "clock",
              server.toString(),
              "The server's clock and this machine's are " + apart.toSeconds() + " s apart.",
              "Set both by NTP: push services refuse tokens that are signed at a wrong time, and"
                  + " calls would end early or late."));
    }
  }

  /// The server works on through a step of its clock; that there was one says that something is
  /// wrong with how the machine gets its time.
  private void clockSet(final List<Finding> findings) {
    final JsonNode set = api.self().path("clockSet");
    if (set.isMissingNode()) {
      return;
    }
    final Instant to = Instant.parse(set.path("to").asText());
    final Duration by = Duration.parse(set.path("by").asText());
    if (to.isAfter(Instant.now().minus(LATELY))) {
      findings.add(
          Finding.note(
              "clock-set",
              api.target().server().toString(),
              "The server's clock was set %s by %s, to %s. What waited then takes as long as it was meant"
                      .formatted(by.isNegative() ? "back" : "ahead", inWords(by.abs()), to)
                  + " to; trails show moments of both times.",
              "Keep the machine's clock by NTP, and its hardware clock in UTC."));
    }
  }

  /// Events that ended three starts; the server tells those of the last days.
  private void givenUp(final List<Finding> findings) {
    final JsonNode events = api.self().path("givenUp");
    if (events.isMissingNode()) {
      return;
    }
    final int count = events.path("events").asInt();
    final String since = events.path("since").asText();
    final String newest = events.path("newest").asText();
    findings.add(
        Finding.wrong(
            "given-up-at-start",
            api.target().server().toString(),
            (count == 1
                    ? "1 event was given up at %s: %s".formatted(since, newest)
                    : "%d events were given up since %s, the newest %s at %s"
                        .formatted(count, since, newest, events.path("newestAt").asText()))
                + ". Three starts of the server ended while they worked on it, so no device was"
                + " told (RV-228). It stays in the inbox.",
            "See it with `reveille explain "
                + newest
                + "`; keep the server's log of those starts and its data directory, and report the"
                + " fault. Hand in anew, under another id, what still matters."));
  }

  /// Limits that the configuration has and the heap does not hold.
  private void lowered(final List<Finding> findings) {
    for (final JsonNode limit : api.self().path("lowered")) {
      final String setting = limit.path("setting").asText();
      findings.add(
          Finding.note(
              "limit-lowered",
              setting,
              "%s is configured, which the server's heap does not hold: %s is in force."
                  .formatted(limit.path("configured").asText(), limit.path("inForce").asText()),
              "Start the server with a larger heap, or lower it in the configuration."));
    }
  }

  private static String inWords(final Duration time) {
    final var words = new StringJoiner(" ");
    part(words, time.toDays(), "d");
    part(words, time.toHoursPart(), "h");
    part(words, time.toMinutesPart(), "min");
    part(words, time.toSecondsPart(), "s");
    return words.toString();
  }

  private static void part(final StringJoiner words, final long number, final String unit) {
    if (number > 0) {
      words.add(number + " " + unit);
    }
  }

  /// Seen only on the server's own machine, through its profile.
  private void masterKey(final List<Finding> findings) {
    if (api.target().ca().isEmpty()) {
      return;
    }
    final Path tls = Path.of(api.target().ca()).toAbsolutePath().getParent();
    final Path data = tls == null ? null : tls.getParent();
    if (data != null && Files.exists(data.resolve("master.key"))) {
      findings.add(
          Finding.note(
              "master-key-beside-data",
              data.resolve("master.key").toString(),
              "The master key lies in the data directory: a copy of the directory holds the"
                  + " platforms' keys in the clear.",
              "Where that matters, keep it elsewhere and give it as REVEILLE_MASTER_KEY."));
    }
  }
}
