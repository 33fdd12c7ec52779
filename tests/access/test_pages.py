"""Pages about people, tokens and the audit trail."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from apps.access.models import ApiToken, AuditEntry, Role
from apps.access.roles import give_role, role_of
from apps.access.scope_text import scopes_of, set_scopes
from apps.access.sight import NOTHING, sight_of
from apps.snapshots.clusters import remove_cluster
from apps.snapshots.models import Snapshot
from apps.web.access_forms import NewGroupForm


@pytest.fixture
def chief(db: None) -> User:
    user = User.objects.create_user("chief", password="a long password")
    give_role(user, Role.ADMINISTRATOR)
    return user


@pytest.fixture
def administrator(chief: User, client: Client) -> Client:
    client.force_login(chief)
    return client


@pytest.mark.parametrize("page", ["/people/", "/people/1", "/people/groups/1", "/audit/", "/audit/trail.csv"])
def test_only_administrators(reviewer: User, client: Client, page: str) -> None:
    client.force_login(reviewer)
    assert client.get(page).status_code == 403


def test_a_role_and_scopes_are_given(administrator: Client, reviewer: User, quay: Snapshot) -> None:
    form = {"role": "viewer", "active": "on", "scopes": "quay orders, team-*\n\n"}
    assert administrator.post(f"/people/{reviewer.pk}", form).status_code == 302

    assert role_of(User.objects.get(pk=reviewer.pk)) is Role.VIEWER
    assert scopes_of(reviewer) == {"quay": ["orders", "team-*"]}
    page = administrator.get(f"/people/{reviewer.pk}").content.decode()
    assert "quay orders team-*</textarea>" in page
    entry = AuditEntry.objects.get(action="change", who="chief")
    assert entry.detail == {"person": "reviewer", "scopes": "- → quay orders team-*"}


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        ("quay\nnowhere", "line 2: there is no cluster &#x27;nowhere&#x27;"),
        ("quay Orders", "line 1: &#x27;Orders&#x27; is no namespace"),
        ("quay a\nquay b", "line 2: &#x27;quay&#x27; stands in a line before"),
    ],
)
def test_wrong_scopes_are_named_and_kept(
    administrator: Client, reviewer: User, quay: Snapshot, scopes: str, told: str
) -> None:
    answer = administrator.post(f"/people/{reviewer.pk}", {"role": "viewer", "scopes": scopes})

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert scopes in answer.content.decode()
    assert scopes_of(reviewer) == {}


def test_the_limit_to_a_removed_cluster_is_not_saved_away(
    administrator: Client, reviewer: User, quay: Snapshot
) -> None:
    set_scopes(reviewer, {"quay": ["orders"]})
    remove_cluster(quay.cluster)
    page = administrator.get(f"/people/{reviewer.pk}").content.decode()
    assert "(removed) orders</textarea>" in page

    form = {"role": "viewer", "active": "on", "scopes": "(removed) orders"}
    answer = administrator.post(f"/people/{reviewer.pk}", form)

    assert answer.status_code == 400
    assert "line 1: name another cluster; without any there is no limit" in answer.content.decode()
    assert sight_of(User.objects.get(pk=reviewer.pk)) == NOTHING


def test_nobody_changes_oneself(administrator: Client, chief: User) -> None:
    answer = administrator.post(f"/people/{chief.pk}", {"role": "viewer", "active": "on"})

    assert answer.status_code == 400
    assert role_of(User.objects.get(pk=chief.pk)) is Role.ADMINISTRATOR


def test_somebody_is_added(administrator: Client) -> None:
    weak = {"username": "new", "password1": "password", "password2": "password", "role": "reviewer"}
    assert administrator.post("/people/", weak).status_code == 400

    strong = {**weak, "password1": "correct horse battery", "password2": "correct horse battery"}
    assert administrator.post("/people/", strong).status_code == 302
    assert role_of(User.objects.get(username="new")) is Role.REVIEWER


def test_people_are_listed_with_what_they_see_however_it_comes(
    administrator: Client, reviewer: User, quay: Snapshot
) -> None:
    def seen() -> str:
        row = (
            administrator.get("/people/").content.decode().partition("reviewer</a>")[2].partition("</tr>")[0]
        )
        return re.findall(r'<td class="mono">(.*?)</td>', row)[0]

    assert seen() == "everything"
    team = Group.objects.create(name="team")
    set_scopes(team, {"quay": ["team-*"]})
    reviewer.groups.add(team)
    assert seen() == "quay team-*"
    page = administrator.get(f"/people/{reviewer.pk}").content.decode()
    assert 'Sees now: <span class="mono">quay team-*</span></p>' in page
    remove_cluster(quay.cluster)
    assert seen() == "nothing"


def test_a_groups_scopes(administrator: Client, quay: Snapshot) -> None:
    team = Group.objects.create(name="team")

    administrator.post(f"/people/groups/{team.pk}", {"scopes": "quay orders"})

    assert scopes_of(team) == {"quay": ["orders"]}
    assert AuditEntry.objects.latest("pk").detail == {"group": "team", "scopes": "- → quay orders"}
    assert "quay orders" in administrator.get("/people/").content.decode()


def test_a_token_is_shown_once_and_ended(reviewer: User, client: Client, quay: Snapshot) -> None:
    client.force_login(reviewer)
    made = client.post("/tokens/", {"name": "ci", "role": "viewer", "days": "7", "scopes": "quay orders"})
    token = re.search(r'id="token">([^<]+)<', made.content.decode())
    assert token

    detail = AuditEntry.objects.latest("pk").detail
    assert detail == {"token": "ci", "role": "viewer", "days": "7", "scopes": "quay orders"}
    bearing = {"Authorization": f"Token {token[1]}"}
    assert Client().get("/api/v1/clusters/", headers=bearing).status_code == 200
    again = client.get("/tokens/").content.decode()
    assert token[1] not in again
    assert "quay orders" in again

    client.post(f"/tokens/{ApiToken.objects.get().token_key}/end")
    assert AuditEntry.objects.latest("pk").detail == {"token": "ci"}
    assert Client().get("/api/v1/clusters/", headers=bearing).status_code == 401


def test_nobody_ends_anothers_token(reviewer: User, client: Client, chief: User) -> None:
    stored, _ = ApiToken.objects.create(chief, name="theirs")
    client.force_login(reviewer)

    assert client.post(f"/tokens/{stored.token_key}/end").status_code == 404
    assert ApiToken.objects.exists()


def test_a_group_is_added_filled_and_removed_when_it_is_empty(
    administrator: Client, reviewer: User, quay: Snapshot
) -> None:
    give_role(reviewer, Role.REVIEWER)
    for name in ("viewer", "team", "team"):
        administrator.post("/people/groups/new", {"name": name, "scopes": "quay team-*"})
    team = Group.objects.exclude(name__in=list(Role)).get()
    assert scopes_of(team) == {"quay": ["team-*"]}

    form = {"role": "reviewer", "active": "on", "scopes": ""}
    administrator.post(f"/people/{reviewer.pk}", form | {"groups": [team.pk]})
    assert set(reviewer.groups.values_list("name", flat=True)) == {"team", "reviewer"}
    assert AuditEntry.objects.latest("pk").detail == {"person": "reviewer", "groups": "- → team"}
    assert "reviewer</a>" in administrator.get(f"/people/groups/{team.pk}").content.decode()

    refused = administrator.post(f"/people/groups/{team.pk}/remove", follow=True)
    assert "There are people in team" in refused.content.decode()
    administrator.post(f"/people/{reviewer.pk}", form)
    administrator.post(f"/people/groups/{team.pk}/remove")
    assert AuditEntry.objects.latest("pk").detail == {"group": "team", "scopes": "quay team-*"}
    assert not Group.objects.filter(name="team").exists()


def test_two_who_add_the_same_group_at_once(
    administrator: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one comes between the look and the writing."""
    Group.objects.create(name="team")
    monkeypatch.setattr(NewGroupForm, "clean_name", lambda form: form.cleaned_data["name"])

    answer = administrator.post("/people/groups/new", {"name": "team"})

    assert answer.status_code == 400
    assert "Somebody has just added a group of this name." in answer.content.decode()


def test_a_role_is_no_group_to_choose_or_remove(administrator: Client, reviewer: User) -> None:
    role = Group.objects.get(name="administrator")
    form = {"role": "viewer", "active": "on", "scopes": "", "groups": [role.pk]}

    answer = administrator.post(f"/people/{reviewer.pk}", form)

    assert answer.status_code == 400
    assert role_of(User.objects.get(pk=reviewer.pk)) is Role.VIEWER
    assert administrator.post(f"/people/groups/{role.pk}/remove").status_code == 404
