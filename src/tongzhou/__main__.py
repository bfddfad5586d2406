from tongzhou.cli import main

main(prog_name="tongzhou")
