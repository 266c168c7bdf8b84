package dev.reveille.protocols.federation;

import dev.reveille.protocols.federation.TestReport.State;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The steps of the synthetic tests in the order in which they are told. A request passes them in
/// another one ([#isPassedBefore]): whether the domain is allowed is judged before DNS is asked.
public enum TestStep {
  EDGE(0, "edge", "the edge server answers, and federation is on"),
  URI(1, "uri", "the push notification URI leads to a clearing house"),
  SRV(3, "srv", "the DNS records of the domain lead to a host"),
  ALLOWED_DOMAIN(2, "allowed-domain", "the domain is allowed and not blocked"),
  PROVIDER(4, "provider", "the hosting provider is enabled and has the proxy that DNS names"),
  CERTIFICATE(6, "certificate", "both sides take the certificate of the other"),
  CLEARING_HOUSE(5, "clearing-house", "the other side answers"),
  CREDENTIALS(7, "credentials", "the other side knows us as a partner"),
  FILTER(8, "filter", "no IM filter rejects pushes"),
  PLATFORM(9, "platform", "the push services take the credentials of the clearing house"),

  PHONE_EDGE(0, "edge", "the edge server takes a connection of a phone"),
  PHONE_CERTIFICATE(1, "certificate", "the certificate of the edge server is for its name"),
  HOME(2, "home", "the server behind the edge answers"),
  PASSWORD(3, "credentials", "the user signs in with the password");

  /// Of tests of the way to partners.
  static final List<TestStep> OF_PARTNERS =
      List.of(
          EDGE,
          URI,
          SRV,
          ALLOWED_DOMAIN,
          PROVIDER,
          CERTIFICATE,
          CLEARING_HOUSE,
          CREDENTIALS,
          FILTER);

  /// Of a test of the push, which asks the push services, too.
  static final List<TestStep> OF_PLATFORMS =
      Stream.concat(OF_PARTNERS.stream(), Stream.of(PLATFORM)).toList();

  /// Of the test of the way of a phone.
  static final List<TestStep> OF_PHONES = List.of(PHONE_EDGE, PHONE_CERTIFICATE, HOME, PASSWORD);

  private final int place;
  private final String word;
  private final String meaning;

  TestStep(final int place, final String word, final String meaning) {
    this.place = place;
    this.word = word;
    this.meaning = meaning;
  }

  public String word() {
    return word;
  }

  /// What holds when it passes.
  public String meaning() {
    return meaning;
  }

  /// Whether a request that came to that step has passed this one.
  boolean isPassedBefore(final TestStep that) {
    return place < that.place;
  }

  /// The step at which a cause is found.
  ///
  /// @param isHere whether this server found it on its way to the edge
  static TestStep of(final DiagnosisCode code, final boolean isHere) {
    if (isHere) {
      return EDGE;
    }
    return switch (code) {
      case FEDERATION_OFF, EDGE_AWAY, HOME_AWAY, LOOP, TOO_MANY_HOPS, METHOD_UNKNOWN -> EDGE;
      case SRV_MISSING, SRV_OUTSIDE, NAME_SERVER_SILENT, NAME_SERVER_FAILED, HOST_UNKNOWN -> SRV;
      case DOMAIN_BLOCKED, DOMAIN_NOT_ALLOWED -> ALLOWED_DOMAIN;
      case PROVIDER_DISABLED, PROVIDER_DIFFERS -> PROVIDER;
      case AUTHORITY_UNKNOWN,
          WRONG_NAME,
          CERTIFICATE_EXPIRED,
          CERTIFICATE_NOT_YET_VALID,
          CERTIFICATE_REVOKED,
          REVOCATION_UNKNOWN,
          CERTIFICATE_WRONG_USE,
          OUR_CERTIFICATE_REFUSED,
          TLS_FAILED,
          NO_CERTIFICATE ->
          CERTIFICATE;
      case REFUSED_CONNECTION,
          CONNECT_TIMEOUT,
          DEAF,
          NO_ANSWER,
          CONNECTION_LOST,
          NO_ROOM,
          INTERNAL,
          OVERLOADED ->
          CLEARING_HOUSE;
      case PLATFORM_REFUSED -> PLATFORM;
      default -> CREDENTIALS;
    };
  }

  /// The same for the way of a phone.
  ///
  /// @param isHere whether this server found it on its way to the edge
  static TestStep ofPhone(final DiagnosisCode code, final boolean isHere) {
    if (of(code, /* isHere= */ false) == CERTIFICATE) {
      return PHONE_CERTIFICATE;
    }
    if (isHere) { // over a connection that the edge took
      return code == DiagnosisCode.NO_ANSWER ? HOME : PHONE_EDGE;
    }
    return switch (code) {
      case HOME_AWAY, NO_ANSWER, CONNECTION_LOST, NO_ROOM, INTERNAL -> HOME;
      case LOOP, TOO_MANY_HOPS, METHOD_UNKNOWN -> PHONE_EDGE;
      default -> PASSWORD;
    };
  }

  /// The steps of a test with what became of them.
  ///
  /// @param failed null when all are good
  /// @param words what was found there
  static List<TestReport.Step> told(
      final List<TestStep> all, final @Nullable TestStep failed, final String words) {
    final var told = new ArrayList<TestReport.Step>();
    for (final var step : all) {
      final var state =
          failed == null || step.isPassedBefore(failed)
              ? State.OK
              : step == failed ? State.FAILED : State.NOT_REACHED;
      told.add(new TestReport.Step(step, state, step == failed ? words : ""));
    }
    return told;
  }
}
