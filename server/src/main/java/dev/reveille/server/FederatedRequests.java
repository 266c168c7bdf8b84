package dev.reveille.server;

import dev.reveille.protocols.clearinghouse.PushRequests;
import dev.reveille.protocols.federation.Interior;
import dev.reveille.protocols.registrar.DigestRegistrar;
import dev.reveille.push.clearinghouse.ReportTaker;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// Gives the requests that passed the edge to the part of the server that works on them: pushes to
/// the clearing house, reports to what waits for them, REGISTER to the home of users. Thread-safe.
final class FederatedRequests implements Interior {
  private final Optional<PushRequests> pushes;
  private final Optional<ReportTaker> reports;
  private final Optional<DigestRegistrar> registrar;

  /// @param pushes empty where this server is no clearing house
  /// @param reports empty where this server sends no pushes to clearing houses
  /// @param registrar empty where this server has no users
  FederatedRequests(
      final Optional<PushRequests> pushes,
      final Optional<ReportTaker> reports,
      final Optional<DigestRegistrar> registrar) {
    this.pushes = pushes;
    this.reports = reports;
    this.registrar = registrar;
  }

  @Override
  public void register(final Registration registration, final Consumer<SipResponse> answer) {
    if (registrar.isPresent()) {
      registrar.get().register(registration, answer);
    } else {
      Interior.super.register(registration, answer);
    }
  }

  @Override
  public void request(final Passed passed, final Consumer<SipResponse> answer) {
    final var request = passed.request();
    final var type =
        request
            .headers()
            .first(SipName.CONTENT_TYPE)
            .map(one -> one.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .orElse("");
    if (type.equals(PushRequests.TYPE) && pushes.isPresent()) {
      pushes.get().request(passed, answer);
    } else if (type.equals(ReportTaker.TYPE) && reports.isPresent()) {
      reports
          .get()
          .take(
              request.body(),
              passed.sender(),
              status -> answer.accept(SipResponse.to(request, status).build()));
    } else {
      answer.accept(SipResponse.to(request, 415).add(SipName.ACCEPT, accepted()).build());
    }
  }

  private String accepted() {
    final var push = pushes.isPresent() ? PushRequests.TYPE : "";
    final var report = reports.isPresent() ? ReportTaker.TYPE : "";
    return push + (push.isEmpty() || report.isEmpty() ? "" : ", ") + report;
  }
}
