package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.App;
import dev.reveille.model.Setting;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.presentation.Presentation;
import java.util.Map;

/// `/v1/apps/{app}/presentation`: how an app wants its events shown. Checked as a whole before it
/// is kept.
final class PresentationResource {
  private final AppsResource apps;
  private final SettingsStore settings;

  PresentationResource(final AppsResource apps, final SettingsStore settings) {
    this.apps = apps;
    this.settings = settings;
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final App app = apps.app(request);
    return settings
        .get(request.organisation(), Setting.PRESENTATION, Setting.ofApp(app.id()))
        .map(PresentationResource::answer)
        .orElseThrow(() -> Refusal.notFound("presentation of app", app.id().value()));
  }

  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final App app = apps.app(request);
    final var values =
        PresentationJson.read(
            JsonBody.of(request.exchange().body(), "defaultLocale", "styles", "version"));
    try {
      final var _ = Presentation.ofNew(values);
    } catch (IllegalArgumentException mistake) {
      throw Refusal.malformed("", String.valueOf(mistake.getMessage()));
    }
    return answer(
        settings.put(
            request.organisation(),
            Setting.PRESENTATION,
            Setting.ofApp(app.id()),
            values,
            SettingsResource.expected(request, () -> version(request, app)),
            request.who()));
  }

  private long version(final Request request, final App app) {
    return settings
        .get(request.organisation(), Setting.PRESENTATION, Setting.ofApp(app.id()))
        .map(Setting::version)
        .orElse(0L);
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final App app = apps.app(request);
    if (!settings.remove(
        request.organisation(), Setting.PRESENTATION, Setting.ofApp(app.id()), request.who())) {
      throw Refusal.notFound("presentation of app", app.id().value());
    }
    return Answers.NO_CONTENT;
  }

  private static Answer answer(final Setting setting) {
    return Answers.json(
        200,
        out -> {
          PresentationJson.write(out, Map.copyOf(setting.values()));
          out.number("version", setting.version());
        },
        "ETag",
        "\"" + setting.version() + "\"");
  }
}
