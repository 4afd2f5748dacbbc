"""The half of the stand-in that `modal deploy` talks to: mounts, secrets, functions, apps."""

from __future__ import annotations

import hashlib

from google.protobuf.empty_pb2 import Empty
from grpclib import GRPCError
from grpclib.const import Status
from modal_proto import api_pb2

from embed_platform_tests.standins.modal_images import BUILDER_VERSION
from embed_platform_tests.standins.modal_state import App, Function, State


class Deploying:
    """RPCs of a deployment; `state` is shared with the other half."""

    state: State

    async def EnvironmentGetOrCreate(
        self, request: api_pb2.EnvironmentGetOrCreateRequest
    ) -> api_pb2.EnvironmentGetOrCreateResponse:
        name = request.deployment_name or "main"
        settings = api_pb2.EnvironmentSettings(image_builder_version=BUILDER_VERSION)
        return api_pb2.EnvironmentGetOrCreateResponse(
            environment_id=f"en-{name}",
            metadata=api_pb2.EnvironmentMetadata(name=name, settings=settings),
        )

    async def AppGetByDeploymentName(
        self, request: api_pb2.AppGetByDeploymentNameRequest
    ) -> api_pb2.AppGetByDeploymentNameResponse:
        environment = request.environment_name or "main"
        app = self.state.app(request.name, environment)
        if app is None:
            return api_pb2.AppGetByDeploymentNameResponse(environment_name=environment)
        return api_pb2.AppGetByDeploymentNameResponse(
            app_id=app.id,
            environment_name=environment,
            lifecycle=api_pb2.AppLifecycle(app_state=app.state),  # type: ignore[arg-type]
        )

    async def AppCreate(self, request: api_pb2.AppCreateRequest) -> api_pb2.AppCreateResponse:
        app = App(self.state.new_id("ap"), request.description, request.environment_name or "main")
        self.state.apps[app.id] = app
        return api_pb2.AppCreateResponse(
            app_id=app.id, app_page_url="http://127.0.0.1/app", app_logs_url="http://127.0.0.1/logs"
        )

    async def AppGetLayout(
        self, request: api_pb2.AppGetLayoutRequest
    ) -> api_pb2.AppGetLayoutResponse:
        return api_pb2.AppGetLayoutResponse(app_layout=self.layout(request.app_id))

    def layout(self, app_id: str) -> api_pb2.AppLayout:
        """Ids and metadata of an app's objects."""
        app = self.state.apps[app_id]
        objects = [
            api_pb2.Object(
                object_id=found, function_handle_metadata=self.state.functions[found].metadata()
            )
            for found in app.functions.values()
        ]
        objects += [
            api_pb2.Object(object_id=found, class_handle_metadata=api_pb2.ClassHandleMetadata())
            for found in app.classes.values()
        ]
        needed = {
            dependency.object_id
            for found in app.functions.values()
            for dependency in self.state.functions[found].definition.object_dependencies
        }
        volumes = {found: name for name, found in self.state.volumes.items()}
        for found in needed:
            objects.append(api_pb2.Object(object_id=found))
            if found in volumes:
                objects[-1].volume_metadata.CopyFrom(api_pb2.VolumeMetadata(name=volumes[found]))
        return api_pb2.AppLayout(objects=objects, function_ids=app.functions, class_ids=app.classes)

    async def AppHeartbeat(self, request: api_pb2.AppHeartbeatRequest) -> Empty:
        return Empty()

    async def AppClientDisconnect(self, request: api_pb2.AppClientDisconnectRequest) -> Empty:
        return Empty()

    async def AppPublish(self, request: api_pb2.AppPublishRequest) -> api_pb2.AppPublishResponse:
        app = self.state.apps[request.app_id]
        app.name = request.name or app.name
        app.state = request.app_state
        app.functions, app.classes = dict(request.function_ids), dict(request.class_ids)
        return api_pb2.AppPublishResponse(url="http://127.0.0.1/app", deployed_at=1.0)

    async def AppStop(self, request: api_pb2.AppStopRequest) -> Empty:
        self.state.apps[request.app_id].state = api_pb2.APP_STATE_STOPPED
        await self.stop_containers(request.app_id)
        return Empty()

    async def stop_containers(self, app_id: str) -> None:
        """Kill whatever runs of an app."""
        raise NotImplementedError

    async def web_address(self, app_id: str, name: str) -> str:
        """Where a web function is reached."""
        raise NotImplementedError

    async def MountGetOrCreate(
        self, request: api_pb2.MountGetOrCreateRequest
    ) -> api_pb2.MountGetOrCreateResponse:
        # the same files are the same mount, so that an image that holds them is not built again
        named = [request.deployment_name, *sorted(map(str, request.files))]
        digest = hashlib.sha256("".join(named).encode()).hexdigest()
        mount_id = f"mo-{digest[:22]}"
        self.state.mounts[mount_id] = list(request.files)
        return api_pb2.MountGetOrCreateResponse(
            mount_id=mount_id,
            handle_metadata=api_pb2.MountHandleMetadata(content_checksum_sha256_hex=digest),
        )

    async def MountBatchedCheckExistence(
        self, request: api_pb2.MountBatchedCheckExistenceRequest
    ) -> api_pb2.MountBatchedCheckExistenceResponse:
        missing = [name for name in request.sha256_hex_hashes if name not in self.state.files]
        return api_pb2.MountBatchedCheckExistenceResponse(missing_sha256_hex_hashes=missing)

    async def MountPutFile(
        self, request: api_pb2.MountPutFileRequest
    ) -> api_pb2.MountPutFileResponse:
        data = self.state.blobs[request.data_blob_id] if request.data_blob_id else request.data
        if hashlib.sha256(data).hexdigest() != request.sha256_hex:
            raise GRPCError(Status.INVALID_ARGUMENT, "the file's digest is another")
        self.state.files[request.sha256_hex] = data
        return api_pb2.MountPutFileResponse(exists=True)

    async def SecretGetOrCreate(
        self, request: api_pb2.SecretGetOrCreateRequest
    ) -> api_pb2.SecretGetOrCreateResponse:
        secret_id = self.state.new_id("st")
        self.state.secrets[secret_id] = dict(request.env_dict)
        return api_pb2.SecretGetOrCreateResponse(secret_id=secret_id)

    async def VolumeGetOrCreate(
        self, request: api_pb2.VolumeGetOrCreateRequest
    ) -> api_pb2.VolumeGetOrCreateResponse:
        volume_id = self.state.volumes.setdefault(request.deployment_name, self.state.new_id("vo"))
        return api_pb2.VolumeGetOrCreateResponse(
            volume_id=volume_id,
            version=request.version,
            metadata=api_pb2.VolumeMetadata(version=request.version, name=request.deployment_name),
        )

    async def FunctionPrecreate(
        self, request: api_pb2.FunctionPrecreateRequest
    ) -> api_pb2.FunctionPrecreateResponse:
        function_id = request.existing_function_id or self.state.new_id("fu")
        function = Function(function_id, request.app_id, request.function_name)
        if function_id in self.state.functions:  # what is deployed stays until it is replaced
            function.data = self.state.functions[function_id].data
        function.methods = dict(request.method_definitions)
        if request.webhook_config.type:
            function.web_url = await self.web_address(request.app_id, request.function_name)
        self.state.functions[function_id] = function
        return api_pb2.FunctionPrecreateResponse(
            function_id=function_id, handle_metadata=function.metadata()
        )

    async def FunctionCreate(
        self, request: api_pb2.FunctionCreateRequest
    ) -> api_pb2.FunctionCreateResponse:
        data = request.function_data
        if not data.ranked_functions:
            ranked = api_pb2.FunctionData.RankedFunction(rank=0, function=request.function)
            data = api_pb2.FunctionData(
                module_name=request.function.module_name,
                function_name=request.function.function_name,
                is_class=request.function.is_class,
                class_parameter_info=request.function.class_parameter_info,
                method_definitions=request.function.method_definitions,
                supported_input_formats=request.function.supported_input_formats,
                supported_output_formats=request.function.supported_output_formats,
                webhook_config=request.function.webhook_config,
                ranked_functions=[ranked],
            )
        function_id = request.existing_function_id or self.state.new_id("fu")
        function = Function(function_id, request.app_id, data.function_name, data)
        function.methods = dict(data.method_definitions)
        function.idle_seconds = function.definition.task_idle_timeout_secs or 60
        if data.webhook_config.type:
            function.web_url = await self.web_address(request.app_id, data.function_name)
        self.state.functions[function_id] = function
        return api_pb2.FunctionCreateResponse(
            function_id=function_id,
            function=function.definition,
            function_data=data,
            handle_metadata=function.metadata(),
        )

    async def ClassCreate(self, request: api_pb2.ClassCreateRequest) -> api_pb2.ClassCreateResponse:
        return api_pb2.ClassCreateResponse(
            class_id=request.existing_class_id or self.state.new_id("cs"),
            handle_metadata=api_pb2.ClassHandleMetadata(),
        )
