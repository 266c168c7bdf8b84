package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.PushScope;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// `/v1/apps/{app}/credentials`: an app's credentials for push services, the default one of each
/// service and those with an id. They can be written and removed, never read. On threads that may
/// block.
final class CredentialsResource {
  /// Of one app and service.
  static final int MOST = 50;

  private final AppsResource apps;
  private final SecretStore secrets;
  private final CredentialCheck check;
  private final AppleFields fields;
  private final ReentrantLock keyPairs = new ReentrantLock();

  CredentialsResource(
      final AppsResource apps, final SecretStore secrets, final CredentialCheck check) {
    this.apps = apps;
    this.secrets = secrets;
    this.check = check;
    this.fields = new AppleFields(check);
  }

  /// A key that signs, or a certificate that is shown.
  Answer putApns(final Request request) {
    request.need(Right.MANAGE);
    final var app = apps.app(request);
    final var id = id(request);
    final var body = request.body(id.isDefault() ? AppleFields.DEFAULT : AppleFields.NAMED);
    final var credential = fields.credential(body);
    refuseFault(credential);
    final var environment =
        body.maybe("environment", CredentialsResource::environment).orElse(PushEnvironment.BOTH);
    var topic = body.maybe("topic", text -> PushScope.of(PushService.APNS, text)).orElse("");
    if (credential instanceof final Credential.ApnsCertificate shown) {
      if (!id.isDefault() && topic.isEmpty() && environment == PushEnvironment.BOTH) {
        topic = check.coverage(shown).map(CredentialCheck.Coverage::bundleId).orElse("");
      }
      check
          .unfit(shown, topic.isEmpty() ? app.bundleId() : topic, environment)
          .ifPresent(CredentialsResource::refuse);
    }
    if (id.isDefault()) {
      return keep(request, app.id(), new AppCredential(credential));
    }
    final var scope = topic;
    return keep(
        request,
        app.id(),
        Named.checked(() -> new AppCredential(id, environment, scope, credential)));
  }

  private static PushEnvironment environment(final String word) {
    return PushEnvironment.ofWord(word)
        .orElseThrow(() -> new IllegalArgumentException("must be production, sandbox or both"));
  }

  /// One with an id is for the project that its own file names.
  Answer putFcm(final Request request) {
    request.need(Right.MANAGE);
    final var app = apps.app(request).id();
    final var id = id(request);
    final var body =
        request.body("serviceAccount", "endpoint", "trust", "analyticsLabel", "web", "apple");
    final var credential =
        new Credential.Fcm(
            body.required("serviceAccount"),
            body.text("endpoint").orElse(""),
            body.text("trust").orElse(""),
            body.text("analyticsLabel").orElse(""),
            body.flag("web").orElse(false),
            body.flag("apple").orElse(false));
    refuseFault(credential);
    if (id.isDefault()) {
      return keep(request, app, new AppCredential(credential));
    }
    final var project = JsonParsers.field(credential.serviceAccount(), "project_id");
    return keep(
        request,
        app,
        Named.checked(() -> new AppCredential(id, PushEnvironment.BOTH, project, credential)));
  }

  /// Asks Google whether it would take a message for a token. Nothing is sent to the phone.
  Answer tryFcm(final Request request) {
    request.need(Right.MANAGE);
    final var app = apps.app(request).id();
    final var id = id(request);
    final var body = request.body("token");
    final var token = body.value("token", PushToken::new);
    for (final var each : secrets.credentials(app, PushService.FCM)) {
      if (each.id().equals(id) && each.credential() instanceof final Credential.Fcm fcm) {
        return trial(check.tried(fcm, token));
      }
    }
    throw notFound(PushService.FCM, id);
  }

  private static Answer trial(final CredentialCheck.Trial trial) {
    return Answers.json(
        200,
        out -> {
          out.flag("taken", trial.why().isEmpty());
          trial
              .why()
              .ifPresent(why ->
                  out.text("code", why.code())
                      .text("title", why.sentence())
                      .text("remedy", why.remedy()));
          out.textIfAny("theirWords", trial.words());
        });
  }

  /// Without keys those that the app has stay, or new ones are made. Other keys than before need
  /// `replace`, because every subscription is bound to those it was made with.
  Answer putWebPush(final Request request) {
    request.need(Right.MANAGE);
    final var app = apps.app(request).id();
    final var body = request.body("subject", "publicKey", "privateKey", "silent", "replace");
    final var subject = body.required("subject");
    final boolean silent = body.flag("silent").orElse(false);
    keyPairs.lock(); // two requests at once must not each make a pair
    try {
      return putWebPush(request, app, body, subject, silent);
    } finally {
      keyPairs.unlock();
    }
  }

  private Answer putWebPush(
      final Request request,
      final AppId app,
      final JsonBody body,
      final String subject,
      final boolean silent) {
    final var before = webPush(app);
    final Credential.WebPush credential;
    if (body.has("publicKey") || body.has("privateKey")) {
      credential =
          new Credential.WebPush(
              body.required("publicKey"), body.required("privateKey"), subject, silent);
    } else if (before.isPresent()) {
      credential =
          new Credential.WebPush(
              before.get().publicKey(), before.get().privateKey(), subject, silent);
    } else {
      credential = Named.checked(() -> check.newWebPush(subject, silent));
    }
    refuseFault(credential);
    if (before.isPresent()
        && !before.get().publicKey().equals(credential.publicKey())
        && !body.flag("replace").orElse(false)) {
      throw new Refusal(
          Reason.EXISTS,
          "publicKey: the app has other keys, and each subscription of its users is bound to them;"
              + " with \"replace\": true they are replaced, and every browser has to subscribe"
              + " anew");
    }
    keep(request, app, new AppCredential(credential));
    return Answers.json(200, out -> out.text("publicKey", credential.publicKey()));
  }

  private Optional<Credential.WebPush> webPush(final AppId app) {
    for (final var each : secrets.credentials(app, PushService.WEB_PUSH)) {
      if (each.credential() instanceof final Credential.WebPush own) {
        return Optional.of(own);
      }
    }
    return Optional.empty();
  }

  Answer deleteWebPush(final Request request) {
    return remove(request, PushService.WEB_PUSH);
  }

  Answer putWns(final Request request) {
    request.need(Right.MANAGE);
    final var app = apps.app(request).id();
    final var body = request.body("tenant", "client", "secret", "expires", "endpoint", "trust");
    final var credential =
        new Credential.Wns(
            body.text("tenant").orElse(""),
            body.required("client"),
            body.required("secret"),
            body.text("expires").orElse(""),
            body.text("endpoint").orElse(""),
            body.text("trust").orElse(""));
    refuseFault(credential);
    return keep(request, app, new AppCredential(credential));
  }

  Answer deleteWns(final Request request) {
    return remove(request, PushService.WNS);
  }

  /// Without a certificate the app's channels take 500 pushes a day each.
  Answer putMpns(final Request request) {
    request.need(Right.MANAGE);
    final var app = apps.app(request).id();
    final var body = request.body("certificate", "key");
    final var credential =
        new Credential.Mpns(body.text("certificate").orElse(""), body.text("key").orElse(""));
    refuseFault(credential);
    return keep(request, app, new AppCredential(credential));
  }

  Answer deleteMpns(final Request request) {
    return remove(request, PushService.MPNS);
  }

  private void refuseFault(final Credential credential) {
    check.fault(credential).ifPresent(CredentialsResource::refuse);
  }

  private static void refuse(final CredentialCheck.Fault fault) {
    throw new Refusal(fault.why(), fault.detail());
  }

  private Answer keep(final Request request, final AppId app, final AppCredential credential) {
    final var others = secrets.credentials(app, credential.credential().service());
    if (others.size() >= MOST
        && others.stream().noneMatch(each -> each.id().equals(credential.id()))) {
      throw new Refusal(
          Reason.TOO_LARGE, "an app has at most " + MOST + " credentials for a push service");
    }
    secrets.keepCredential(app, credential, request.who());
    return Answers.NO_CONTENT;
  }

  Answer deleteApns(final Request request) {
    return remove(request, PushService.APNS);
  }

  Answer deleteFcm(final Request request) {
    return remove(request, PushService.FCM);
  }

  private Answer remove(final Request request, final PushService service) {
    request.need(Right.MANAGE);
    final var app = apps.app(request).id();
    final var id = id(request);
    if (!secrets.removeCredential(app, service, id, request.who())) {
      throw notFound(service, id);
    }
    return Answers.NO_CONTENT;
  }

  private static Refusal notFound(final PushService service, final CredentialId id) {
    return Refusal.notFound(
        "credential", id.isDefault() ? service.word() : service.word() + "/" + id);
  }

  /// What the path says behind the service; the default one where it says nothing.
  private static CredentialId id(final Request request) {
    return request.values().size() > 1
        ? Named.checked(() -> new CredentialId(request.second()))
        : CredentialId.DEFAULT;
  }
}
