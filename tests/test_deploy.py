"""What deploy/README.md tells a teacher agrees with the files beside it."""

import re

import yaml
from notebooks import ROOT

DEPLOY = ROOT / "deploy"
README = (DEPLOY / "README.md").read_text("utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
TEXT = (DEPLOY / "jupyterhub/values.yaml").read_text("utf-8")
VALUES = yaml.safe_load(TEXT)


def megabytes(amount):
    return float(amount[:-1]) * {"M": 1, "G": 1024}[amount[-1]]


def test_one_machine_and_kubernetes_have_the_same_limits():
    single, cull = VALUES["singleuser"], VALUES["cull"]
    for setting, value in {
        "limits.memory": single["memory"]["limit"],
        "limits.cpu": single["cpu"]["limit"],
        "services.cull.timeout": cull["timeout"],
        "services.cull.every": cull["every"],
    }.items():
        assert f"sudo tljh-config set {setting} {value}\n" in README
    for name, value in single["extraEnv"].items():
        assert f'c.Spawner.environment = {{"{name}": "{value}"}}' in README


def test_the_arithmetic_is_right():
    each = megabytes(VALUES["singleuser"]["memory"]["guarantee"])
    beside = 128 + 1024
    assert f"learners at once × {each:.0f} MB + 128 MB for the hub + 1 GB for the system" in README
    assert f"30 learners need {(30 * each + beside) / 1024:.1f} GB" in README
    assert f"a machine of 64 GB is full at {(64 * 1024 - beside) // each:.0f}." in README
    teach = (ROOT / "teach.md").read_text("utf-8")
    assert "A server with chapter 2 open and run takes 0.4 GB" in README
    assert "(about 0.4 GB for each learner at once;" in teach
    assert f"a machine of 64 GB holds {(64 * 1024 - beside) // each:.0f})" in teach
    keras = (64 * 1024 - beside) // (0.8 * 1024)
    assert "3b, with Keras, 0.8 GB" in README
    assert f"When all have 3b open, it is full at {keras:.0f}." in README


def test_the_chart_has_one_version_and_the_image_has_the_hub_of_that_chart():
    chart, hub = re.search(r"chart version (\S+) \(which brings JupyterHub (\S+)\)", TEXT).groups()
    assert f"--version {chart} " in README
    assert f"of chart {chart}." in README
    assert f"jupyterhub=={hub}\n" in DOCKERFILE


def test_the_image_copies_files_that_exist():
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert {"chapters", "softmax_course", "requirements.txt"} <= set(names)
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_nobody_can_log_in_before_the_institution_has_said_how():
    config = VALUES["hub"]["config"]
    assert config["JupyterHub"]["authenticator_class"] == "null"
    assert config["Authenticator"] == {"allowed_users": []}
