"""Paths that climb, redirects that lead away, headers that lie: none gives anything."""

from __future__ import annotations

import http.client
import socket
import threading
import time

import pytest
import uvicorn

from tests.web.attacks.conftest import filled, form_token, is_admins, on_sqlite, routes

pytestmark = on_sqlite

CLIMBS = (
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%252f..%252fetc%252fpasswd", "....//....//etc/passwd",
    "..\\..\\..\\etc\\passwd", "%5c..%5c..%5cetc%5cpasswd", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "..%c0%af..%c0%afetc/passwd", "%00", "x%00.css",
    "..;/app.py", "../app.py", "../../settings.py", "..%2fapp.py", ".git/config", "built/../../app.py",
)  # fmt: skip


def is_foreign(text: str) -> bool:
    return "root:" in text or "import annotations" in text or "[core]" in text


@pytest.fixture
def port(web):
    """The application behind a real server: test clients tidy paths and headers up before they send them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(web, host="127.0.0.1", port=number, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield number
    server.should_exit = True
    thread.join()


def raw(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """Exactly these bytes, sent by hand."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.putrequest(method, path, skip_host="Host" in (headers or {}), skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    found = {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return answer.status, found, text


def test_no_path_climbs_out_of_the_static_files(port):
    for climb in CLIMBS:
        status, _, text = raw(port, "GET", f"/static/{climb}")
        assert status in (400, 404), climb
        assert not is_foreign(text), climb
    assert raw(port, "GET", "/static/plain.css")[0] == 200
    assert raw(port, "GET", "/static/")[0] == 404, "no list of files"


def test_no_path_climbs_out_of_any_other_address(senior, admin, web):
    for path in routes(web, "GET"):
        if "{" not in path:
            continue
        for climb in CLIMBS[1::2]:
            climbing = filled(
                path,
                **dict.fromkeys(
                    ("ref", "case_ref", "key", "name", "token", "figure", "secret", "username", "clock"), climb
                ),
            )
            answer = (admin if is_admins(path) else senior).get(climbing)
            assert answer.status_code < 500, climbing
            assert not is_foreign(answer.text), climbing


ELSEWHERE = (
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "/%09/evil.example",
    "\t//evil.example", "//evil.example/%2f..", "javascript:alert(1)", "/sign-in/../..//evil.example", "http:///evil.example", "/@evil.example:80//x",
    "/\r\nLocation: https://evil.example/", "data:text/html,x", "///\t/evil.example", "/../\\evil.example",
)  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(senior, browser, wanted):
    signed_in = senior.get("/sign-in", params={"next": wanted})
    location = signed_in.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "evil" not in location or location.startswith(("/@", "/%", "/sign"))
    page = browser(None).get("/sign-in", params={"next": wanted})
    assert page.status_code == 200
    assert 'href="https://evil' not in page.text
    assert "\nLocation" not in str(page.headers)


def test_no_text_that_was_sent_becomes_a_header(senior, admin, web):
    split = "x%0d%0aSet-Cookie:%20evil=1%0d%0aX-Evil:%201"
    for path in routes(web, "GET"):
        names = dict.fromkeys(("name", "key", "figure", "ref", "case_ref", "secret"), split)
        answer = (admin if is_admins(path) else senior).get(filled(path, **names) + f"?next={split}&officer={split}")
        assert "x-evil" not in answer.headers, path
        assert "evil=1" not in answer.headers.get("set-cookie", ""), path


def test_a_false_host_leads_nowhere_and_stands_in_no_link(senior, browser, port):
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"}):
        status, found, text = raw(port, "GET", "/account", headers)
        assert status == 303
        assert found["location"].startswith("/sign-in")
        assert "evil.example" not in text + str(found)
    answer = senior.post(
        "/account/feeds", data={"csrf_token": form_token(senior), "label": "x"}, headers={"Host": "evil.example"}
    )
    assert "evil.example" not in answer.text


def test_no_header_turns_one_method_into_another(senior, port, web):
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        for method in ("DELETE", "PUT", "POST"):
            answer = senior.get("/cases/N1", headers={header: method})
            assert (answer.status_code, senior.get("/cases/N1").status_code) == (200, 200)
    overridden = senior.post("/sign-out", data={"_method": "GET"})
    assert overridden.status_code == 403
    for method in ("TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "FOO"):
        assert raw(port, method, "/sign-in")[0] in (400, 404, 405), method
        assert senior.request(method, "/api/v1/cases/N1").headers["content-type"] == "application/problem+json"


def test_the_server_does_not_say_what_it_is_made_of(port):
    _, headers, text = raw(port, "GET", "/nothing")
    assert "Traceback" not in text
    for name, value in headers.items():
        assert not any(word in value.lower() for word in ("starlette", "fastapi", "python")), (name, value)
    for path in ("/docs", "/redoc", "/openapi.json", "/admin/", "/debug", "/server-status", "/.env", "/.git/HEAD"):
        assert raw(port, "GET", path)[0] in (303, 404), path
