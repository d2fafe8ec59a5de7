"""Leave the hub's own configuration to the hub: its environment is not this one."""

collect_ignore = ["jupyterhub_config.py"]
