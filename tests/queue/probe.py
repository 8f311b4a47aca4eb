"""The program queue_probe, whose path is in QUEUE_PROBE; and the same queue by boto3."""
import os
import subprocess

import boto3

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" # of Amazon's manuals
TOKEN = "tok/en+with=="
REGION = "eu-central-1"
AWS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
       "AWS_REGION": REGION}
OURS = '{"org":"acme","task":17}'


class Probe:
    """The program with one queue open; what it says must never have a secret in it."""

    def __init__(self, url, **environment):
        self.environment = {**AWS, **environment}
        self.process = subprocess.Popen(
            [os.environ["QUEUE_PROBE"], url], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8", **{k: v for k, v in self.environment.items() if v}})
        self.opened = self.process.stdout.readline().rstrip("\n")

    def __call__(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline().rstrip("\n")
        assert said, self.process.stderr.read()
        assert KEY not in said and SECRET not in said and TOKEN not in said
        assert said.isprintable() and not said.endswith(".")
        return said

    def __enter__(self):
        assert self.opened == "done"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(30) == 0 # also the sanitizers', which end with another status
        assert self.process.stderr.read() == ""


def opened(url, **environment):
    """What opening a queue says, where it fails."""
    probe = Probe(url, **environment)
    _, stderr = probe.process.communicate(timeout=30)
    assert stderr == "" and probe.process.returncode == 1
    assert SECRET not in probe.opened and TOKEN not in probe.opened
    return probe.opened


def client(host, port):
    return boto3.client("sqs", endpoint_url=f"http://{host}:{port}", region_name=REGION,
                        aws_access_key_id=KEY, aws_secret_access_key=SECRET)


class Queue:
    """A queue, by boto3."""

    def __init__(self, sqs, name, **attributes):
        self.sqs = sqs
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def send(self, body, **more):
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)

    def receive(self):
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10,
                                         AttributeNames=["All"])
        return found.get("Messages", [])

    def counts(self):
        """How many wait, and how many are held."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return tuple(int(found["Attributes"][name]) for name in names)
